package io.driftaware.runner.reindex;

import io.driftaware.runner.openai.OpenAiClient;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Reindexer} out of settings, as the action and the command line do. */
public final class ReindexSetup {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(20);
    private static final int MOST_BYTES = 128 << 20;
    static final String BASE = "https://api.openai.com/v1";

    private ReindexSetup() {}

    /**
     * A re-indexer with the model of DRIFT_REINDEX_MODEL, or with the one {@link DocumentEmbedder} on the class path, and
     * with every {@link DocumentSource} there.
     *
     * @param given settings by their names, checked
     * @throws IllegalArgumentException if a setting is missing; the message names it and the remedy
     */
    public static Reindexer reindexer(Map<String, String> given, DataSource dataSource, InstantSource clock) {
        List<DocumentSource> sources = new ArrayList<>();
        ServiceLoader.load(DocumentSource.class).forEach(sources::add);
        return new Reindexer(dataSource, embedder(given), sources, settings(given), clock);
    }

    private static DocumentEmbedder embedder(Map<String, String> given) {
        List<DocumentEmbedder> own = new ArrayList<>();
        ServiceLoader.load(DocumentEmbedder.class).forEach(own::add);
        String model = given.get("DRIFT_REINDEX_MODEL");
        if (model == null && own.size() == 1) {
            return own.get(0);
        }
        if (model == null) {
            throw new IllegalArgumentException("re-index has no model: set DRIFT_REINDEX_MODEL, or put one"
                    + " DocumentEmbedder on the class path (" + own.size() + " there)");
        }
        for (DocumentEmbedder one : own) {
            if (one.model().equals(model)) {
                return one;
            }
        }
        String dimension = given.getOrDefault("DRIFT_REINDEX_DIM", "");
        return new OpenAiEmbedder(
                client(given, CALL_LIMIT),
                model,
                Integer.parseInt(dimension.isEmpty() ? given.getOrDefault("EMBEDDING_DIM", "1536") : dimension),
                !dimension.isEmpty() && model.startsWith("text-embedding-3"));
    }

    /** A client of the endpoint that OPENAI_BASE_URL names. */
    public static OpenAiClient client(Map<String, String> given, Duration limit) {
        @Nullable String key = given.get("OPENAI_API_KEY");
        String base = given.getOrDefault("OPENAI_BASE_URL", BASE);
        if (key == null && base.equals(BASE)) {
            throw new IllegalArgumentException(
                    "OPENAI_API_KEY is not set: set it, or OPENAI_API_KEY_FILE, or another OPENAI_BASE_URL");
        }
        return new OpenAiClient(URI.create(base), key, limit, MOST_BYTES);
    }

    private static ReindexSettings settings(Map<String, String> given) {
        ReindexSettings usual = ReindexSettings.DEFAULTS;
        return new ReindexSettings(
                (int) number(given, "DRIFT_REINDEX_BATCH", usual.batchTexts()),
                usual.batchBytes(),
                (int) number(given, "DRIFT_REINDEX_TEXT_CHARS", usual.textLimit()),
                (int) number(given, "DRIFT_REINDEX_REQUESTS_PER_MINUTE", usual.perMinute()),
                (long) number(given, "DRIFT_REINDEX_MAX_REQUESTS", usual.mostRequests()),
                (long) number(given, "DRIFT_REINDEX_MAX_TOKENS", usual.mostTokens()),
                number(given, "DRIFT_REINDEX_MIN_RECALL", usual.minimumRecall()),
                usual.swapLimit());
    }

    private static double number(Map<String, String> given, String name, double usual) {
        String text = given.get(name);
        return text == null ? usual : Double.parseDouble(text);
    }
}

package io.driftaware.runner.reindex;

import io.driftaware.runner.openai.OpenAiClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.sql.DataSource;

/** Makes a {@link Reindexer} out of settings, as the action and the command line do. */
public final class ReindexSetup {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(20);

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
        String asked = given.get("DRIFT_REINDEX_DIM");
        String dimension = asked == null ? given.get("EMBEDDING_DIM") : asked;
        if (dimension == null) {
            throw new IllegalArgumentException("re-index has no dimension: set DRIFT_REINDEX_DIM or EMBEDDING_DIM");
        }
        return new OpenAiEmbedder(
                OpenAiClient.of(given, CALL_LIMIT),
                model,
                Integer.parseInt(dimension),
                asked != null && model.startsWith("text-embedding-3"));
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

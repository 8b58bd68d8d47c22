package io.driftaware.runner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.driftaware.core.baseline.BaselineSample;
import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateBaselineRecorder;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.core.sequential.ScoreBaselineRecorder;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.BaselineRows;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.RowTexts;
import io.driftaware.runner.store.SegmentBaselines;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Fits baselines, within the caller's transaction. A new one is a candidate until it is accepted. */
final class BaselineWork {
    private static final JsonFactory JSON = new JsonFactory();

    private final Connection connection;
    private final Instant at;

    BaselineWork(Connection connection, Instant at) {
        this.connection = connection;
        this.at = at;
    }

    /**
     * Fits a baseline of embeddings on at most {@link BaselineRows#MOST} raw rows.
     *
     * @throws DriftMonitorException if there are too few
     */
    KnownBaseline<EmbeddingBaseline> embeddings(
            WatchedStream stream, EmbeddingSpace space, Window window, VectorKind kind) throws SQLException {
        BaselineRows.Drawn drawn = draw(stream, space, window, kind);
        BaselineSample sample = drawn.sample();
        if (sample.count() < EmbeddingBaseline.MIN_ROWS) {
            throw new DriftMonitorException(stream.label() + " of " + space.describe() + " has " + sample.count()
                    + " usable embeddings from " + window.from() + " to " + window.to() + ", "
                    + EmbeddingBaseline.MIN_ROWS + " are needed: name a longer stretch");
        }
        return embeddings(stream, space, window, drawn);
    }

    /** The rows that a baseline of this stretch would be fitted on. */
    BaselineRows.Drawn draw(WatchedStream stream, EmbeddingSpace space, Window window, VectorKind kind)
            throws SQLException {
        return new BaselineRows(connection, kind).draw(stream, space, window, seed(window));
    }

    private static long seed(Window window) {
        return window.to().getEpochSecond();
    }

    /** Fits a baseline of embeddings on rows that were drawn, which must be enough. */
    KnownBaseline<EmbeddingBaseline> embeddings(
            WatchedStream stream, EmbeddingSpace space, Window window, BaselineRows.Drawn drawn) throws SQLException {
        long seed = seed(window);
        BaselineSample sample = drawn.sample();
        EmbeddingBaseline fitted = EmbeddingBaseline.fit(sample, seed);
        Baseline row = BaselineStore.add(
                connection,
                stream,
                space.key(),
                at,
                window,
                fitted.rows(),
                fitted.toBytes(),
                texts(examples(stream, fitted)));
        Map<UUID, String> segments = drawn.segments();
        if (!segments.isEmpty()) {
            SegmentBaselines.add(connection, row, fitted.heldOutBy(sample, seed, id -> segments.getOrDefault(id, "")));
        }
        return new KnownBaseline<>(row, fitted);
    }

    /** Fits the usual rate of a flag. */
    KnownBaseline<RateBaseline> rate(WatchedStream stream, Map<Instant, FlagCounts> buckets, Window window, ZoneId zone)
            throws SQLException {
        RateBaselineRecorder recorder = new RateBaselineRecorder();
        buckets.forEach((start, flags) -> recorder.add(Stratum.of(start, zone), flags.flagged(), flags.known()));
        RateBaseline fitted = recorder.snapshot();
        Baseline row = BaselineStore.add(
                connection, stream, "", at, window, fitted.counts().rows(), fitted.toBytes(), "{}");
        return new KnownBaseline<>(row, fitted);
    }

    /** Fits the usual score. */
    KnownBaseline<ScoreBaseline> score(WatchedStream stream, Map<Instant, FeedbackCounts> buckets, Window window)
            throws SQLException {
        ScoreBaselineRecorder recorder = new ScoreBaselineRecorder();
        buckets.values().forEach(scores -> recorder.add(scores.histogram()));
        ScoreBaseline fitted = recorder.snapshot();
        Baseline row = BaselineStore.add(connection, stream, "", at, window, fitted.count(), fitted.toBytes(), "{}");
        return new KnownBaseline<>(row, fitted);
    }

    /** Fits how many queries no document is near as a rule; empty where the rows do not fill two halves. */
    Optional<KnownBaseline<CoverageBaseline>> coverage(
            NavigableMap<Instant, RetrievalProfile> buckets, Window window, ZoneId zone) throws SQLException {
        Optional<CoverageBaseline> fitted = CoverageBaseline.fit(buckets, zone, seed(window));
        if (fitted.isEmpty()) {
            return Optional.empty();
        }
        long rows = buckets.values().stream().mapToLong(RetrievalProfile::known).sum();
        Baseline row = BaselineStore.add(
                connection,
                WatchedStream.COVERAGE,
                "",
                at,
                window,
                rows,
                fitted.get().toBytes(),
                "{}");
        return Optional.of(new KnownBaseline<>(row, fitted.get()));
    }

    /** The counts of a flag by bucket, of buckets with a known one. */
    static TreeMap<Instant, FlagCounts> flags(Map<Instant, InteractionProfile> buckets, WatchedStream stream) {
        TreeMap<Instant, FlagCounts> flags = new TreeMap<>();
        buckets.forEach((start, profile) -> {
            FlagCounts counts = stream == WatchedStream.REFUSALS ? profile.refusals() : profile.toxicity();
            if (counts.known() > 0) {
                flags.put(start, counts);
            }
        });
        return flags;
    }

    /** The texts of the rows that stand for each cluster: their own rows may be gone when somebody asks. */
    private Map<UUID, String> examples(WatchedStream stream, EmbeddingBaseline fitted) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        for (int cluster = 0; cluster < fitted.clusters(); cluster++) {
            ids.addAll(fitted.exemplars(fitted.members(cluster)));
        }
        return RowTexts.of(connection, stream, ids);
    }

    /** The texts that are kept with a baseline. */
    static Map<UUID, String> texts(String details) throws IOException {
        Map<UUID, String> texts = new LinkedHashMap<>();
        JsonNode node = JsonNode.of(details);
        if (node.get("texts") != null) {
            JsonNode kept = node.node("texts");
            kept.fields().keySet().forEach(id -> texts.put(UUID.fromString(id), kept.text(id)));
        }
        return texts;
    }

    private static String texts(Map<UUID, String> texts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeObjectFieldStart("texts");
            for (Map.Entry<UUID, String> one : texts.entrySet()) {
                json.writeStringField(one.getKey().toString(), one.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}

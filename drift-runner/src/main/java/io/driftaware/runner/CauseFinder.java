package io.driftaware.runner;

import io.driftaware.core.baseline.BaselineSample;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.EmbeddingScorer;
import io.driftaware.core.baseline.ScoredRecorder;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.store.BaselineRows;
import io.driftaware.runner.store.DocumentVectors;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.NewVersions;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what is behind a drift that has just been found. A drift that came with a new model or prompt is for people first.
 * New queries that the documents still cover need no new index; queries that no document is near do.
 */
final class CauseFinder {
    /** One look, once an episode. */
    private static final double LEVEL = 0.01;

    private final CalibratedCheck check;

    CauseFinder(CalibratedCheck check) {
        this.check = check;
    }

    /** For rates and scores. */
    Optional<Cause> ofBehaviour() throws SQLException {
        return NewVersions.of(check.connection(), check.windows().recent())
                .map(version -> new Cause(Cause.NOTIFY, "it came with " + version));
    }

    /**
     * For coverage, which calls for a new index by itself; but another embedding model has other scores.
     *
     * @param queries what the classic rule made of the embeddings of the queries
     */
    static Optional<Cause> ofCoverage(@Nullable StreamOutcome queries) {
        return queries != null && queries.baselineReset()
                ? Optional.of(new Cause(
                        Cause.NOTIFY,
                        "the embedding model of the queries has changed, and with it the scale of the scores"))
                : Optional.empty();
    }

    /**
     * For embeddings.
     *
     * @param start of the window that drifts
     * @param coverage what this check made of it: where the application's own retrieval speaks, nothing else is asked
     */
    Optional<Cause> ofEmbeddings(
            WatchedStream stream,
            EmbeddingSpace space,
            Instant start,
            KnownBaseline<EmbeddingBaseline> baseline,
            @Nullable StreamOutcome coverage)
            throws SQLException {
        if (stream == WatchedStream.RESPONSE_EMBEDDINGS) {
            return ofBehaviour();
        }
        if (stream == WatchedStream.DOCUMENT_EMBEDDINGS) {
            return Optional.of(new Cause(Cause.REINDEX, "the documents themselves have changed"));
        }
        Optional<Cause> byRetrieval = coverage == null ? Optional.empty() : byRetrieval(coverage);
        if (byRetrieval.isPresent()) {
            return byRetrieval;
        }
        Optional<BaselineSample> documents =
                DocumentVectors.atMost(check.connection(), check.kind(), space, EmbeddingBaseline.MAX_SKETCH);
        if (documents.isEmpty()) {
            return Optional.empty();
        }
        BaselineRows rows = new BaselineRows(check.connection(), check.kind());
        BaselineSample before = rows.draw(
                        stream,
                        space,
                        new Window(baseline.row().rowsFrom(), baseline.row().rowsTo()),
                        baseline.id())
                .sample();
        BaselineSample recent = rows.draw(stream, space, new Window(start, check.now()), baseline.id())
                .sample();
        if (before.count() < EmbeddingBaseline.MIN_ROWS / 2) {
            return Optional.empty();
        }
        return coverage(EmbeddingBaseline.ofDocuments(documents.get(), before, baseline.id()), recent);
    }

    /**
     * Empty while coverage is not compared, or may be about to drift; and where hits alone were logged, as a search for the
     * nearest always finds some, however far they are.
     */
    private static Optional<Cause> byRetrieval(StreamOutcome coverage) {
        Calibrated judged = coverage.calibrated();
        Claim claim = judged == null ? null : judged.claim();
        if (claim == null || !(coverage.finding() instanceof Finding.Compared compared)) {
            return Optional.empty();
        }
        if (coverage.seen().verdict() == Verdict.DRIFT) {
            return Optional.of(new Cause(
                    Cause.REINDEX,
                    String.format(
                            Locale.ROOT,
                            "%.1f %% more of the queries than before find no document near them",
                            100 * compared.value())));
        }
        boolean byScore = compared.details().getOrDefault(CoverageJudge.SCORE_EDGE, 0.0) > 0;
        return coverage.seen().verdict() == Verdict.OK && !claim.effect() && byScore
                ? Optional.of(new Cause(Cause.NOTIFY, "the retrieval finds documents as near to the queries as before"))
                : Optional.empty();
    }

    private static Optional<Cause> coverage(EmbeddingBaseline documents, BaselineSample recent) {
        ScoredRecorder recorder = new EmbeddingScorer(documents).recorder();
        recent.forEach((vectors, offset, id) ->
                recorder.add(vectors, offset, id.getMostSignificantBits(), id.getLeastSignificantBits()));
        Finding finding = WindowVerdict.ofCoverage().compare(List.of(recorder.snapshot()), documents);
        if (!(finding instanceof Finding.Compared compared)) {
            return Optional.empty();
        }
        double p = Objects.requireNonNull(compared.details().get(WindowVerdict.P_VALUE));
        return Optional.of(
                p < LEVEL && compared.exceeded()
                        ? new Cause(
                                Cause.REINDEX,
                                String.format(
                                        Locale.ROOT,
                                        "at least %.1f %% of the queries have no document near them",
                                        100 * compared.value()))
                        : new Cause(Cause.NOTIFY, "the documents are as near to the new queries as to those before"));
    }
}

package io.driftaware.runner.view;

import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.WatchedStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an alarm of a sequence shows, and in which quantity its episode is told. */
record Proven(WatchedStream stream, Hypothesis hypothesis) {

    /** Empty without a hypothesis, and where either is of a version to come. */
    static Optional<Proven> of(String stream, @Nullable String hypothesis) {
        Optional<WatchedStream> known = stream(stream);
        return Arrays.stream(Hypothesis.values())
                .filter(one -> one.label().equals(hypothesis))
                .findFirst()
                .flatMap(one -> known.map(of -> new Proven(of, one)));
    }

    private static Optional<WatchedStream> stream(String label) {
        return Arrays.stream(WatchedStream.values())
                .filter(one -> one.label().equals(label))
                .findFirst();
    }

    /** That a rate is above its configured limit, which says nothing of a change. */
    boolean aboveLimit() {
        return stream.kind() == WatchedStream.Kind.FLAG && hypothesis != Hypothesis.BASELINE;
    }

    /** Whether it rests on a limit that was estimated from a baseline; the window of embeddings compares with its rows. */
    boolean byEstimatedLimit() {
        return !aboveLimit() && !(stream.kind() == WatchedStream.Kind.EMBEDDINGS && hypothesis == Hypothesis.WINDOW);
    }

    /**
     * A quantity and its unit.
     *
     * @param name see {@link Episodes.Episode#measure()}
     */
    record Measure(String name, String unit) {}

    /**
     * What the values of an episode are.
     *
     * @param embeddings which way embeddings were judged, as the episode has it; null where it does not say
     * @return empty where that is not known
     */
    static Optional<Measure> measure(String label, @Nullable String hypothesis, @Nullable String embeddings) {
        return stream(label).flatMap(stream -> switch (stream.kind()) {
            case FLAG ->
                Optional.of(
                        Hypothesis.BASELINE.label().equals(hypothesis)
                                ? new Measure("rise", "share")
                                : new Measure("rate", "share"));
            case FEEDBACK -> Optional.of(new Measure("drop", "score"));
            case RETRIEVAL -> Optional.of(new Measure("rise", "share"));
            case EMBEDDINGS -> {
                if (hypothesis == null || "distance".equals(embeddings)) {
                    yield Optional.of(new Measure("distance", "distance"));
                }
                yield "drifted_share".equals(embeddings)
                        ? Optional.of(new Measure("drifted_share", "share"))
                        : Optional.empty();
            }
        });
    }
}

package io.driftaware.runner.store;

import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.InteractionRecorder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to become of the scores in one profile: some are taken out, some put in. */
final class FeedbackDifference {
    private static final Logger log = LoggerFactory.getLogger(FeedbackDifference.class);

    private final Cell cell;
    private final List<Scored> scores = new ArrayList<>();

    FeedbackDifference(Cell cell) {
        this.cell = cell;
    }

    /**
     * A score, so many times.
     *
     * @param times below zero to take out
     * @param first whether nothing was counted of its interaction and source before
     */
    private record Scored(double score, long times, boolean first) {}

    void add(double score, long times, boolean first) {
        scores.add(new Scored(score, times, first));
    }

    void add(FeedbackDifference other) {
        scores.addAll(other.scores);
    }

    /**
     * The profile as it is to be; null if it is to stay as it is. What cannot be taken out because it is not there, since the
     * profile was deleted for its age or replaced by an older one, is let go together with what came in its place: to fail
     * would keep every later score out as well. Scores that are counted for the first time are put in all the same.
     */
    @Nullable
    InteractionProfile with(@Nullable InteractionProfile stored) {
        try {
            return with(stored, scores);
        } catch (IllegalStateException e) {
            List<Scored> first = scores.stream().filter(Scored::first).toList();
            log.warn("changed feedback of {} is not what was counted, the old stays: {}", cell, e.getMessage());
            return first.isEmpty() ? null : with(stored, first);
        }
    }

    private static InteractionProfile with(@Nullable InteractionProfile stored, List<Scored> scores) {
        InteractionRecorder recorder = new InteractionRecorder();
        if (stored != null) {
            recorder.merge(stored);
        }
        for (Scored one : scores) {
            if (one.times() > 0) {
                recorder.addFeedback(one.score(), one.times());
            } else {
                recorder.removeFeedback(one.score(), -one.times());
            }
        }
        return recorder.snapshot();
    }
}

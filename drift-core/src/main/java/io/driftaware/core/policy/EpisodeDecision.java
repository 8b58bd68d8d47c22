package io.driftaware.core.policy;

/** What becomes of a stream's episode at one check. */
public sealed interface EpisodeDecision
        permits EpisodeDecision.Quiet, EpisodeDecision.Opened, EpisodeDecision.Continued, EpisodeDecision.Closed {

    /** What to remember for the next check. */
    EpisodeState next();

    /** There is no episode, and none begins. */
    record Quiet(EpisodeState next) implements EpisodeDecision {}

    /** An episode begins: record it, and act once. */
    record Opened(EpisodeState next) implements EpisodeDecision {}

    /** The episode goes on: no second action. */
    record Continued(EpisodeState next) implements EpisodeDecision {}

    /** The episode ends: the stream has recovered. */
    record Closed(EpisodeState next) implements EpisodeDecision {}
}

package io.driftaware.runner;

/** What a check did to the episode of a stream. */
enum EpisodeChange {
    NONE,
    OPENED,
    CLOSED
}

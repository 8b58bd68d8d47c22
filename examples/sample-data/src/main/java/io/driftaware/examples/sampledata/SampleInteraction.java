package io.driftaware.examples.sampledata;

import java.time.Instant;
import java.util.OptionalDouble;

/** One generated interaction; the rating is 0 to 1. */
record SampleInteraction(
        Instant at,
        Topic topic,
        String query,
        String reply,
        boolean refused,
        boolean toxic,
        OptionalDouble rating,
        float[] embedding) {}

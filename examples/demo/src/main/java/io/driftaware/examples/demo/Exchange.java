package io.driftaware.examples.demo;

import java.time.Instant;
import java.util.OptionalDouble;

/** One question to the assistant, what it replied, and how the user rated that from 0 to 1, if at all. */
record Exchange(
        Instant at, Topic topic, String query, String reply, boolean refused, boolean rude, OptionalDouble score) {}

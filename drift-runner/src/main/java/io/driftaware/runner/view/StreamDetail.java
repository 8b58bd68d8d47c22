package io.driftaware.runner.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What drifted in a stream, by the last check. */
public record StreamDetail(
        @Says("its name") String stream,
        @Says("the check") Instant checkedAt,
        @Says("null where there is nothing to explain") @Nullable Drifted drifted) {}

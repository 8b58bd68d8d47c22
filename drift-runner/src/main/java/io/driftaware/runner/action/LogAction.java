package io.driftaware.runner.action;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one line at level WARN: the default action. */
public final class LogAction implements DriftAction {
    private static final Logger log = LoggerFactory.getLogger(LogAction.class);

    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "log";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean remedies(String kind) {
        return false;
    }

    @Override
    public ActionResult run(ActionRequest request) {
        log.warn("drift calls for {}: {} {}", request.kind(), request.reason(), request.payload());
        return new ActionResult.Succeeded();
    }
}

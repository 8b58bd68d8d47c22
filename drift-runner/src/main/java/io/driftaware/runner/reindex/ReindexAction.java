package io.driftaware.runner.reindex;

import io.driftaware.runner.action.ActionContext;
import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.action.DriftActionProvider;
import java.sql.SQLException;
import java.time.Duration;

/** Re-indexes {@code documents} when their embeddings drift; other kinds of drift are none of its business. */
public final class ReindexAction implements DriftAction {
    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "reindex";

    /** Well under the minute that a call may take, with a batch's request on top. */
    private static final Duration SLICE = Duration.ofSeconds(25);

    private final Reindexer reindexer;

    /** An action over a re-indexer, for an app that brings its own. */
    public ReindexAction(Reindexer reindexer) {
        this.reindexer = reindexer;
    }

    /** Finds the action by its name. */
    public static final class Provider implements DriftActionProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public DriftAction create(ActionContext context) {
            return new ReindexAction(ReindexSetup.reindexer(context.settings(), context.dataSource(), context.clock()));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean remedies(String kind) {
        return kind.equals(NAME);
    }

    @Override
    public String target() {
        return "documents";
    }

    @Override
    public ActionResult run(ActionRequest request) throws SQLException, InterruptedException {
        if (!request.kind().equals("reindex")) {
            return new ActionResult.Succeeded("nothing to re-index for " + request.kind());
        }
        ReindexStatus there = reindexer.status().orElse(null);
        if (there == null || !there.aim().run().equals(request.idempotencyKey())) {
            there = reindexer.start(request.idempotencyKey());
        }
        ReindexStatus status = there;
        Duration next = Duration.ZERO;
        if (!there.state().ended()) {
            Reindexer.Slice slice = reindexer.work(SLICE);
            status = slice.status();
            next = slice.next();
        }
        return switch (status.state()) {
            case DONE -> new ActionResult.Succeeded(status.line());
            case STOPPED, REFUSED, FAILED, ROLLED_BACK -> new ActionResult.Failed(status.line());
            default -> new ActionResult.Running(status.line(), next);
        };
    }
}

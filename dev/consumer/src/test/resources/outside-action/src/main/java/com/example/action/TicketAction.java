package com.example.action;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import java.io.IOException;
import java.util.UUID;

/** A user's own action: opens a ticket. */
public final class TicketAction implements DriftAction {
    private final Desk desk;

    /** Where tickets are opened, once per key. */
    public interface Desk {
        /** Opens a ticket unless one of this key is open. */
        void open(UUID key, String subject) throws IOException, InterruptedException;
    }

    /** Opens tickets at a desk. */
    public TicketAction(Desk desk) {
        this.desk = desk;
    }

    @Override
    public String name() {
        return "ticket";
    }

    @Override
    public ActionResult run(ActionRequest request) throws InterruptedException {
        try {
            desk.open(request.idempotencyKey(), "drift: " + request.reason());
            return new ActionResult.Succeeded("a ticket is open");
        } catch (IOException e) {
            return new ActionResult.Failed("the desk refused");
        }
    }
}

package com.example.action;

import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.action.contract.DriftActionContract;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

final class TicketActionTest extends DriftActionContract {
    private final List<UUID> opened = new CopyOnWriteArrayList<>();
    private final CountDownLatch underWay = new CountDownLatch(1);

    @Override
    protected DriftAction action() {
        return new TicketAction((key, subject) -> opened.add(key));
    }

    @Override
    protected Optional<List<UUID>> arrived() {
        return Optional.of(opened);
    }

    @Override
    protected Optional<DriftAction> refused() {
        return Optional.of(new TicketAction((key, subject) -> {
            throw new IOException("closed");
        }));
    }

    @Override
    protected Optional<DriftAction> unanswered() {
        return Optional.of(new TicketAction((key, subject) -> {
            underWay.countDown();
            new CountDownLatch(1).await();
        }));
    }

    @Override
    protected void awaitCall() throws InterruptedException {
        underWay.await();
    }
}

package io.driftaware.runner.action;

import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.ClaimedAction;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what the outbox holds. A pass takes every row that is due; a row that fails is tried again at a later pass, half
 * a minute later at first and twice as long each time, up to an hour, eight times in all.
 */
public final class ActionDispatcher {
    private static final Logger log = LoggerFactory.getLogger(ActionDispatcher.class);

    static final int MOST_ATTEMPTS = 8;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** How long one call may take. */
    private static final Duration CALL_LIMIT = Duration.ofMinutes(1);

    /** How long a claim lasts: longer than a call, so that no row is run twice while its monitor lives. */
    public static final Duration CLAIM_LENGTH = Duration.ofMinutes(5);

    private static final int LONGEST_ERROR = 300;

    private final ActionOutbox outbox;
    private final Map<String, DriftAction> actions;
    private final InstantSource clock;
    private final Listener listener;
    private final Duration callLimit;

    /** Is told how each attempt ended. */
    public interface Listener {
        /**
         * An attempt ended.
         *
         * @param action its name
         * @param outcome {@code succeeded}, {@code retrying}, {@code failed} or {@code timed_out}
         */
        void attempted(String action, String outcome);
    }

    /** A dispatcher of these actions, by name. */
    public ActionDispatcher(
            ActionOutbox outbox, Collection<DriftAction> actions, InstantSource clock, Listener listener) {
        this(outbox, actions, clock, listener, CALL_LIMIT);
    }

    ActionDispatcher(
            ActionOutbox outbox,
            Collection<DriftAction> actions,
            InstantSource clock,
            Listener listener,
            Duration callLimit) {
        this.outbox = outbox;
        this.actions = new LinkedHashMap<>();
        for (DriftAction action : actions) {
            if (this.actions.put(action.name(), action) != null) {
                throw new IllegalArgumentException("two actions are called '" + action.name() + "'");
            }
        }
        this.clock = clock;
        this.listener = listener;
        this.callLimit = callLimit;
    }

    /** Runs every row that is due; returns how many. */
    public int pass() throws SQLException {
        int attempts = 0;
        while (!Thread.currentThread().isInterrupted()) {
            Optional<ClaimedAction> claimed = outbox.claim(actions.keySet(), clock.instant());
            if (claimed.isEmpty()) {
                break;
            }
            attempt(claimed.get());
            attempts++;
        }
        return attempts;
    }

    private void attempt(ClaimedAction row) throws SQLException {
        // Beyond the last attempt the row was claimed again because a monitor died in the call: it is not made again.
        ActionResult result = row.attempt() > MOST_ATTEMPTS
                ? new ActionResult.Failed("no attempt ended; given up after " + MOST_ATTEMPTS)
                : call(row);
        Instant now = clock.instant();
        if (result instanceof ActionResult.Succeeded) {
            outbox.succeeded(row, now);
            listener.attempted(row.action(), "succeeded");
        } else if (result instanceof ActionResult.TryAgain again && row.attempt() < MOST_ATTEMPTS) {
            Duration wait = waitAfter(row.attempt());
            outbox.retryAt(row, again.error(), now.plus(wait), now);
            log.warn(
                    "action {} for {} failed and is tried again in {} s: {}",
                    row.action(),
                    row.kind(),
                    wait.toSeconds(),
                    again.error());
            listener.attempted(row.action(), "retrying");
        } else {
            String error = result instanceof ActionResult.Failed failed
                    ? failed.error()
                    : ((ActionResult.TryAgain) result).error() + "; given up after " + row.attempt() + " attempts";
            outbox.failed(row, error, now);
            log.error("action {} for {} failed: {}", row.action(), row.kind(), error);
            listener.attempted(row.action(), "failed");
        }
    }

    static Duration waitAfter(int attempt) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempt - 1, 20));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    /** The action is the user's code: it may throw anything, or never come back. */
    private ActionResult call(ClaimedAction row) {
        DriftAction action = actions.get(row.action());
        if (action == null) {
            return new ActionResult.Failed("no action is called '" + row.action() + "'");
        }
        ActionRequest request =
                new ActionRequest(row.kind(), row.reason(), row.idempotencyKey(), row.attempt(), row.payload());
        FutureTask<ActionResult> call = new FutureTask<>(() -> action.run(request));
        Thread thread = new Thread(call, "drift-action-" + row.action());
        thread.setDaemon(true);
        thread.start();
        try {
            ActionResult result = call.get(callLimit.toMillis(), TimeUnit.MILLISECONDS);
            return result == null ? new ActionResult.TryAgain("the action returned null") : result;
        } catch (TimeoutException e) {
            return new ActionResult.TryAgain("no answer within " + callLimit.toSeconds() + " s");
        } catch (ExecutionException e) {
            log.debug("action {} threw", row.action(), e);
            return new ActionResult.TryAgain(oneLine(e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ActionResult.TryAgain("the monitor was stopped during the call");
        } finally {
            call.cancel(true);
        }
    }

    private static String oneLine(Throwable thrown) {
        String message = thrown.getClass().getSimpleName()
                + (thrown.getMessage() == null
                        ? ""
                        : ": " + thrown.getMessage().lines().findFirst().orElse(""));
        return message.length() > LONGEST_ERROR ? message.substring(0, LONGEST_ERROR) : message;
    }
}

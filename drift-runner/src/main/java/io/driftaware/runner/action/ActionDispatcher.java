package io.driftaware.runner.action;

import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.ClaimedAction;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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

    /** A receiver may ask for more, but not put the action off for good. */
    private static final Duration LONGEST_ASKED = Duration.ofDays(1);

    /** How long one call may take. */
    private static final Duration CALL_LIMIT = Duration.ofMinutes(1);

    /** How long a claim lasts: longer than a call, so that no row is run twice while its monitor lives. */
    public static final Duration CLAIM_LENGTH = Duration.ofMinutes(5);

    private static final Duration LAST_MOMENT = Duration.ofSeconds(2);
    private static final SafeText SAFE = new SafeText(List.of());

    private final ActionOutbox outbox;
    private final Map<String, DriftAction> actions;
    private final Map<String, String> targets = new LinkedHashMap<>();
    private final InstantSource clock;
    private final Listener listener;
    private final Duration callLimit;
    private final boolean dryRun;
    private volatile boolean stopped;

    /** Calls that were given up and whose thread may still be at it, by idempotency key. */
    private final Map<UUID, Thread> notEnded = new ConcurrentHashMap<>();

    /** Is told how each attempt ended. */
    public interface Listener {
        /**
         * An attempt ended.
         *
         * @param action its name
         * @param outcome {@code succeeded}, {@code running}, {@code retrying}, {@code failed} or {@code unknown}
         */
        void attempted(String action, String outcome);
    }

    /**
     * A dispatcher of these actions, by name.
     *
     * @param dryRun whether everything is done but the calls
     */
    public ActionDispatcher(
            ActionOutbox outbox,
            Collection<DriftAction> actions,
            InstantSource clock,
            Listener listener,
            boolean dryRun) {
        this(outbox, actions, clock, listener, CALL_LIMIT, dryRun);
    }

    ActionDispatcher(
            ActionOutbox outbox,
            Collection<DriftAction> actions,
            InstantSource clock,
            Listener listener,
            Duration callLimit,
            boolean dryRun) {
        this.outbox = outbox;
        this.actions = new LinkedHashMap<>();
        for (DriftAction action : actions) {
            if (this.actions.put(action.name(), action) != null) {
                throw new IllegalArgumentException("two actions are called '" + action.name() + "'");
            }
            targets.put(action.name(), action.target());
        }
        this.clock = clock;
        this.listener = listener;
        this.callLimit = callLimit;
        this.dryRun = dryRun;
    }

    /** Runs every row that is due, until there is none or {@link #stop} was called; returns how many. */
    public int pass() throws SQLException {
        return dryRun ? rehearse() : dispatch();
    }

    private int rehearse() throws SQLException {
        int rehearsed = 0;
        while (!stopped && !Thread.currentThread().isInterrupted()) {
            Optional<ActionOutbox.Rehearsed> row = outbox.rehearse(actions.keySet(), clock.instant());
            if (row.isEmpty()) {
                break;
            }
            log.info(
                    "dry run: action {} would have been called for {} ({}), key {}",
                    row.get().action(),
                    row.get().kind(),
                    row.get().reason(),
                    row.get().idempotencyKey());
            rehearsed++;
        }
        return rehearsed;
    }

    private int dispatch() throws SQLException {
        int attempts = 0;
        while (!stopped && !Thread.currentThread().isInterrupted()) {
            Optional<ClaimedAction> claimed = outbox.claim(targets, clock.instant());
            if (claimed.isEmpty()) {
                break;
            }
            attempt(claimed.get());
            attempts++;
        }
        return attempts;
    }

    /** The call under way ends, and no other begins. */
    public void stop() {
        stopped = true;
    }

    private void attempt(ClaimedAction row) throws SQLException {
        ActionResult result = resultOf(row);
        Instant now = clock.instant();
        if (result instanceof ActionResult.Succeeded succeeded) {
            outbox.succeeded(row, succeeded.text(), now);
            listener.attempted(row.action(), "succeeded");
        } else if (result instanceof ActionResult.Running running) {
            outbox.running(row, running.progress(), now.plus(running.next()), now);
            log.info("action {} for {} goes on: {}", row.action(), row.kind(), running.progress());
            listener.attempted(row.action(), "running");
        } else if (result instanceof ActionResult.TryAgain again) {
            tryAgain(row, again, now);
        } else if (result instanceof ActionResult.Failed failed) {
            failed(row, failed.error(), now);
        } else if (result instanceof ActionResult.Unknown unknown) {
            outbox.unknown(row, unknown.error(), now);
            log.error(
                    "action {} for {} waits for the operator, nobody knows whether it worked: {}",
                    row.action(),
                    row.kind(),
                    unknown.error());
            listener.attempted(row.action(), "unknown");
        }
    }

    private void tryAgain(ClaimedAction row, ActionResult.TryAgain again, Instant now) throws SQLException {
        if (row.attempt() >= MOST_ATTEMPTS) {
            failed(row, again.error() + "; given up after " + row.attempt() + " attempts", now);
            return;
        }
        Duration wait = waitAfter(row.attempt());
        Duration asked = again.after().compareTo(LONGEST_ASKED) < 0 ? again.after() : LONGEST_ASKED;
        if (asked.compareTo(wait) > 0) {
            wait = asked;
        }
        outbox.retryAt(row, again.error(), now.plus(wait), now);
        log.warn(
                "action {} for {} failed and is tried again in {} s: {}",
                row.action(),
                row.kind(),
                wait.toSeconds(),
                again.error());
        listener.attempted(row.action(), "retrying");
    }

    private void failed(ClaimedAction row, String error, Instant now) throws SQLException {
        outbox.failed(row, error, now);
        log.error("action {} for {} failed: {}", row.action(), row.kind(), error);
        listener.attempted(row.action(), "failed");
    }

    private ActionResult resultOf(ClaimedAction row) {
        DriftAction action = actions.get(row.action());
        if (action == null) {
            return new ActionResult.Failed("no action is called '" + row.action() + "'");
        }
        if (row.outcomeUnknown() && !action.repeatable()) {
            return new ActionResult.Unknown("the monitor stopped during the call");
        }
        // Beyond the last attempt the row was claimed again because a monitor died in the call: it is not made again.
        return row.attempt() > MOST_ATTEMPTS
                ? new ActionResult.Failed("no attempt ended; given up after " + MOST_ATTEMPTS)
                : call(action, row);
    }

    static Duration waitAfter(int attempt) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempt - 1, 20));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    /** The action is the user's code: it may throw anything, or never come back. */
    private ActionResult call(DriftAction action, ClaimedAction row) {
        Thread before = notEnded.get(row.idempotencyKey());
        if (before != null && before.isAlive()) {
            return new ActionResult.TryAgain("the call before has not ended");
        }
        notEnded.remove(row.idempotencyKey());
        ActionRequest request =
                new ActionRequest(row.kind(), row.reason(), row.idempotencyKey(), row.attempt(), row.payload());
        FutureTask<ActionResult> call = new FutureTask<>(() -> action.run(request));
        Thread thread = new Thread(call, "drift-action-" + row.action());
        thread.setDaemon(true);
        thread.start();
        try {
            ActionResult result = call.get(callLimit.toMillis(), TimeUnit.MILLISECONDS);
            return result == null ? noOutcome(action, "the action returned null") : result;
        } catch (TimeoutException e) {
            notEnded.put(row.idempotencyKey(), thread);
            return noOutcome(action, "no answer within " + callLimit.toSeconds() + " s");
        } catch (ExecutionException e) {
            log.debug("action {} threw", row.action(), e);
            return noOutcome(action, oneLine(e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            notEnded.put(row.idempotencyKey(), thread);
            call.cancel(true);
            letEnd(thread);
            return noOutcome(action, "the monitor was stopped during the call");
        } finally {
            call.cancel(true);
        }
    }

    /** The program may end with this monitor, and a call that was interrupted may have something to put away first. */
    private static void letEnd(Thread thread) {
        try {
            thread.join(LAST_MOMENT.toMillis());
        } catch (InterruptedException e) {
            // Said below.
        }
        Thread.currentThread().interrupt();
    }

    private static ActionResult noOutcome(DriftAction action, String error) {
        return action.repeatable() ? new ActionResult.TryAgain(error) : new ActionResult.Unknown(error);
    }

    /** What another's code throws may hold anything. */
    private static String oneLine(Throwable thrown) {
        String message = thrown.getMessage() == null
                ? ""
                : SAFE.lastLine(thrown.getMessage().lines().findFirst().orElse(""));
        return thrown.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }
}

package io.driftaware.runner.action;

import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.ClaimedAction;
import io.driftaware.runner.store.DatabaseErrors;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what the outbox holds. A pass gives every row that is due one turn; a row that fails is tried again at a later pass, half
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

    private static final Duration BETWEEN_WRITES = Duration.ofMillis(500);
    private static final Duration LAST_MOMENT = Duration.ofSeconds(2);
    private static final SafeText SAFE = new SafeText(List.of());

    private final ActionOutbox outbox;
    private final Map<String, DriftAction> actions;
    private final Map<String, String> targets = new LinkedHashMap<>();
    private final InstantSource clock;
    private final Listener listener;
    private final Duration callLimit;
    private final Duration totalLimit;
    private final boolean dryRun;
    private volatile boolean stopped;

    /** Calls that were given up and whose thread may still be at it, by target. */
    private final Map<String, Thread> notEnded = new ConcurrentHashMap<>();

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
     * @param clock dates rows; when they are due the outbox knows
     * @param totalLimit after so long an action that has not ended is TIMED_OUT
     * @param dryRun whether to call nothing
     */
    public ActionDispatcher(
            ActionOutbox outbox,
            Collection<DriftAction> actions,
            InstantSource clock,
            Listener listener,
            Duration totalLimit,
            boolean dryRun) {
        this(outbox, actions, clock, listener, CALL_LIMIT, totalLimit, dryRun);
    }

    ActionDispatcher(
            ActionOutbox outbox,
            Collection<DriftAction> actions,
            InstantSource clock,
            Listener listener,
            Duration callLimit,
            Duration totalLimit,
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
        this.totalLimit = totalLimit;
        this.dryRun = dryRun;
    }

    /**
     * Gives every row that is due one turn, until there is none left or {@link #stop} was called; returns how many there were. One
     * that is due again at once has its next turn in the next pass. A dry run does nothing here.
     */
    public int pass() throws SQLException {
        if (dryRun) {
            return 0;
        }
        for (String ended :
                outbox.endOverdue(totalLimit, "not done within " + totalLimit.toDays() + " days", clock.instant())) {
            log.error("{}, was not done within {} days: it is TIMED_OUT", ended, totalLimit.toDays());
        }
        Set<Long> hadTheirTurn = new HashSet<>();
        while (!stopped && !Thread.currentThread().isInterrupted()) {
            long claimEnds = System.nanoTime() + CLAIM_LENGTH.toNanos();
            Optional<ClaimedAction> claimed = outbox.claim(targets, hadTheirTurn, clock.instant());
            if (claimed.isEmpty()) {
                break;
            }
            hadTheirTurn.add(claimed.get().id());
            attempt(claimed.get(), claimEnds);
        }
        return hadTheirTurn.size();
    }

    /** The call under way ends, and no other begins. */
    public void stop() {
        stopped = true;
    }

    private void attempt(ClaimedAction row, long claimEnds) throws SQLException {
        Optional<ActionResult> withoutCall = refusal(row);
        if (withoutCall.isEmpty() && !mayBegin(row, claimEnds)) {
            log.warn("action {} for {} was not called: paused, or its claim ran out before", row.action(), row.kind());
            return;
        }
        ActionResult result = withoutCall.orElseGet(() -> call(actionOf(row), row));
        Instant now = clock.instant();
        if (result instanceof ActionResult.Succeeded succeeded) {
            write(claimEnds, () -> outbox.succeeded(row, succeeded.text(), now));
            listener.attempted(row.action(), "succeeded");
        } else if (result instanceof ActionResult.Running running) {
            write(claimEnds, () -> outbox.running(row, running.progress(), running.next(), now));
            log.info("action {} for {} goes on: {}", row.action(), row.kind(), running.progress());
            listener.attempted(row.action(), "running");
        } else if (result instanceof ActionResult.TryAgain again) {
            tryAgain(row, claimEnds, again, now);
        } else if (result instanceof ActionResult.Failed failed) {
            failed(row, claimEnds, failed.error(), now);
        } else if (result instanceof ActionResult.Unknown unknown) {
            write(claimEnds, () -> outbox.unknown(row, unknown.error(), now));
            log.error(
                    "action {} for {} waits for the operator, nobody knows whether it worked: {}",
                    row.action(),
                    row.kind(),
                    unknown.error());
            listener.attempted(row.action(), "unknown");
        }
    }

    private boolean mayBegin(ClaimedAction row, long claimEnds) throws SQLException {
        boolean may = false;
        try {
            may = outbox.mayBegin(row, callLimit);
            return may;
        } finally {
            if (!may) {
                write(claimEnds, () -> outbox.release(row, clock.instant()));
            }
        }
    }

    private void tryAgain(ClaimedAction row, long claimEnds, ActionResult.TryAgain again, Instant now)
            throws SQLException {
        if (row.attempt() >= MOST_ATTEMPTS) {
            failed(row, claimEnds, again.error() + "; given up after " + row.attempt() + " attempts", now);
            return;
        }
        Duration asked = again.after().compareTo(LONGEST_ASKED) < 0 ? again.after() : LONGEST_ASKED;
        Duration usual = waitAfter(row.attempt());
        Duration wait = asked.compareTo(usual) > 0 ? asked : usual;
        write(claimEnds, () -> outbox.retryAfter(row, again.error(), wait, now));
        log.warn(
                "action {} for {} failed and is tried again in {} s: {}",
                row.action(),
                row.kind(),
                wait.toSeconds(),
                again.error());
        listener.attempted(row.action(), "retrying");
    }

    private void failed(ClaimedAction row, long claimEnds, String error, Instant now) throws SQLException {
        write(claimEnds, () -> outbox.failed(row, error, now));
        log.error("action {} for {} failed: {}", row.action(), row.kind(), error);
        listener.attempted(row.action(), "failed");
    }

    private interface Write {
        void run() throws SQLException;
    }

    /**
     * How a call ended is known here only: where the database is away it is written when it comes back, as long as the claim lasts. A
     * write whose commit was not heard of is made again and changes nothing.
     */
    private static void write(long claimEnds, Write write) throws SQLException {
        boolean told = false;
        while (true) {
            try {
                write.run();
                return;
            } catch (SQLException e) {
                if (!DatabaseErrors.mayPass(e) || System.nanoTime() - claimEnds > 0) {
                    throw e;
                }
                if (!told) {
                    log.warn("how an action ended could not be written, tried again: {}", DatabaseErrors.describe(e));
                    told = true;
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(BETWEEN_WRITES.toMillis());
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
            }
        }
    }

    /** What becomes of a row without a call; empty where there is to be one. */
    private Optional<ActionResult> refusal(ClaimedAction row) {
        DriftAction action = actions.get(row.action());
        if (action == null) {
            return Optional.of(new ActionResult.Failed("no action is called '" + row.action() + "'"));
        }
        if (row.outcomeUnknown() && !action.repeatable()) {
            return Optional.of(new ActionResult.Unknown("the monitor stopped during the call"));
        }
        // Beyond the last attempt the row was claimed again because a monitor died in the call: it is not made again.
        if (row.attempt() > MOST_ATTEMPTS) {
            return Optional.of(new ActionResult.Failed("no attempt ended; given up after " + MOST_ATTEMPTS));
        }
        Thread before = notEnded.get(action.target());
        if (before != null && before.isAlive()) {
            return Optional.of(new ActionResult.TryAgain("a call before, of the same target, has not ended"));
        }
        return Optional.empty();
    }

    private DriftAction actionOf(ClaimedAction row) {
        return Objects.requireNonNull(actions.get(row.action()));
    }

    static Duration waitAfter(int attempt) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempt - 1, 20));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    /** The action is the user's code: it may throw anything, or never come back. */
    private ActionResult call(DriftAction action, ClaimedAction row) {
        notEnded.remove(action.target());
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
            notEnded.put(action.target(), thread);
            return noOutcome(action, "no answer within " + callLimit.toSeconds() + " s");
        } catch (ExecutionException e) {
            log.debug("action {} threw", row.action(), e);
            return noOutcome(action, oneLine(e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            notEnded.put(action.target(), thread);
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

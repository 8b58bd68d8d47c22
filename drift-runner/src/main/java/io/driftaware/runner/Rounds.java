package io.driftaware.runner;

import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.Lead;
import io.driftaware.runner.store.LeadLostException;
import io.driftaware.runner.store.MonitorState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a monitor does by itself once it is started: it checks at its time, or soon after a failure that may pass; it keeps the
 * lead, or takes it where nobody has it, and then makes the check that is due; and it runs actions beside all that.
 */
final class Rounds implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rounds.class);

    /** After a failure that may have passed by then. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Checks checks;
    private final Leadership leadership;
    private final DataSource dataSource;
    private final InstantSource clock;
    private final Duration interval;
    private final Dispatches dispatches;
    private final Schedule schedule;

    /** The last failure that the log was told of, and only once. */
    private String said = "";

    /** The monitor whose rounds these are. */
    interface Checks {
        /**
         * Checks, or reads what the one that leads has found.
         *
         * @throws DriftMonitorException if that failed
         */
        void check();

        /** Whether the last check was another monitor's. */
        boolean follows();

        /** Whether another monitor is at the very first check of the database. */
        boolean awaitsFirstReport();

        /** The lead is another's from here on. */
        void lostTheLead();
    }

    Rounds(
            Checks checks,
            Leadership leadership,
            Dispatches dispatches,
            DataSource dataSource,
            InstantSource clock,
            Duration interval) {
        this.checks = checks;
        this.leadership = leadership;
        this.dispatches = dispatches;
        this.dataSource = dataSource;
        this.clock = clock;
        this.interval = interval;
        this.schedule = new Schedule(
                interval, this::checkAtItsTime, this::betweenChecks, dispatches::betweenChecks, this::mindTheLead);
    }

    void start() {
        schedule.start();
    }

    /** Soon, on the thread of the actions. */
    void actSoon() {
        schedule.actNow();
    }

    /** Waits a bounded time for the check and the action under way. */
    @Override
    public void close() {
        dispatches.stop();
        schedule.close();
    }

    private void checkAtItsTime() {
        if (checks.follows() && !leadership.held() && tookOver()) {
            // The check comes when it is due.
            return;
        }
        check();
    }

    private void check() {
        try {
            checks.check();
            if (!said.isEmpty()) {
                log.info("checks succeed again");
            }
            said = "";
        } catch (DriftMonitorException e) {
            String message = String.valueOf(e.getMessage());
            if (checks.awaitsFirstReport()) {
                log.info("{}", message);
            } else if (!message.equals(said)) {
                log.error("{}", message);
                said = message;
            }
            if (e.getCause() instanceof SQLException failure
                    && (failure instanceof LeadLostException || DatabaseErrors.mayPass(failure))) {
                schedule.checkIn(interval.compareTo(RETRY) < 0 ? interval : RETRY);
            }
        }
    }

    /** Twice a minute: two monitors that start together are both ready after the first one's check, not an interval later. */
    void betweenChecks() {
        if (checks.awaitsFirstReport()) {
            check();
        }
    }

    /** Every few seconds. */
    private void mindTheLead() {
        if (leadership.lost()) {
            checks.lostTheLead();
            log.warn("lost the lead: the database has not heard from this monitor, or is away");
        }
        if (!leadership.held()) {
            tookOver();
        }
    }

    /** Whether this monitor has the lead now; the next check is put where the last one says that it is due. */
    private boolean tookOver() {
        try {
            Optional<Lead> lead = leadership.lead();
            if (lead.isEmpty()) {
                return false;
            }
            Duration wait = untilDue();
            log.info(
                    "took the lead (take-over {}), next check in {} s",
                    lead.get().epoch(),
                    wait.toSeconds());
            schedule.checkIn(wait);
            return true;
        } catch (SQLException e) {
            // The check says why; it is made at its time, or comes back to this.
            log.debug("the lead was not taken", e);
            return false;
        }
    }

    private Duration untilDue() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Duration age = MonitorState.lastCheck(connection)
                    .map(last -> Duration.between(last, clock.instant()))
                    .orElse(interval);
            Duration wait = interval.minus(age);
            boolean due = age.isNegative() || wait.isNegative();
            return due ? Duration.ZERO : wait;
        }
    }
}

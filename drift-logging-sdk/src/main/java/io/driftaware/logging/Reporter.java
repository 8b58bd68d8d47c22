package io.driftaware.logging;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns counts and failures into log lines and listener calls: the first of a kind at once, after that at most one line a
 * minute and kind with how many there were. Runs on the threads of the writer and the spooler, so that log never waits for a
 * log appender. All state is guarded by {@code this}.
 */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(DriftLogger.class);
    private static final long BETWEEN_LINES = Duration.ofMinutes(1).toNanos();

    private static final int MOST_REASONS = 5;

    /** What has been said about one reason. */
    private static final class Said {
        long told;
        long logged;
        long lastLine;
        boolean lineYet;
        String explanation = "";
    }

    private final Books books;
    private final Notifier notifier;
    private final Map<Enum<?>, Said> said = new HashMap<>();
    /** What was said of the present outage; each reason once, as the first may hide the real one. */
    private final Set<String> outageReasons = new HashSet<>();

    private final Set<String> detectorTroubles = new HashSet<>();

    private long outageSince;
    private String spoolTrouble = "";

    Reporter(Books books, Notifier notifier) {
        this.books = books;
        this.notifier = notifier;
    }

    /** Reports what was counted since the last call. */
    synchronized void report(boolean last) {
        long now = System.nanoTime();
        books.rejected().all().forEach((reason, tally) -> report(reason, "rejected", tally, now, last));
        books.dropped().all().forEach((reason, tally) -> report(reason, "dropped", tally, now, last));
        books.withheld().all().forEach((reason, tally) -> report(reason, "stored without texts", tally, now, last));
    }

    private void report(Enum<?> reason, String what, Tallies.Tally tally, long now, boolean last) {
        long count = tally.count();
        if (count == 0) {
            return;
        }
        Said before = said.computeIfAbsent(reason, r -> new Said());
        long untold = count - before.told;
        if (untold > 0) {
            String explanation = tally.takeExplanation();
            before.explanation = explanation.isEmpty() ? before.explanation : explanation;
            before.told = count;
            String name = reason.toString();
            String words = before.explanation;
            notifier.tell(l -> {
                if (reason instanceof RejectReason) {
                    l.rejected(name, words, untold);
                } else if (reason instanceof WithholdReason) {
                    l.contentWithheld(words, untold);
                } else {
                    l.dropped(name, words, untold);
                }
            });
        }
        if (count > before.logged && (last || !before.lineYet || now - before.lastLine >= BETWEEN_LINES)) {
            LOG.warn("events {}: {} {}; {}", what, count - before.logged, reason, before.explanation);
            before.logged = count;
            before.lastLine = now;
            before.lineYet = true;
        }
    }

    synchronized void outage(String explanation) {
        if (outageReasons.isEmpty()) {
            outageSince = System.nanoTime();
        }
        if (outageReasons.size() < MOST_REASONS && outageReasons.add(explanation)) {
            LOG.warn("events wait, writing fails and is tried again: {}", explanation);
            notifier.tell(l -> l.outage(explanation));
        }
    }

    synchronized void wrote() {
        if (!outageReasons.isEmpty()) {
            outageReasons.clear();
            Duration took = Duration.ofNanos(System.nanoTime() - outageSince);
            LOG.info("writing works again after {} ms", took.toMillis());
            notifier.tell(l -> l.recovered(took));
        }
    }

    /** Events can't go to disk; said once, until they can again. */
    synchronized void spoolTrouble(String explanation) {
        if (spoolTrouble.isEmpty()) {
            spoolTrouble = explanation;
            LOG.warn("events stay in memory: {}", explanation);
            notifier.tell(l -> l.outage(explanation));
        }
    }

    synchronized void spooled() {
        if (!spoolTrouble.isEmpty()) {
            spoolTrouble = "";
            LOG.info("events go to disk again");
        }
    }

    /** A detector gave no answer; what it was asked about is not said. */
    synchronized void detectorTrouble(String detector, String reason) {
        if (detectorTroubles.size() < MOST_REASONS && detectorTroubles.add(detector + " " + reason)) {
            LOG.warn(
                    "detector {} {}: the flag stays unknown; this is said once, detectorStats() counts",
                    detector,
                    reason);
        }
    }

    synchronized void close() {
        report(true);
        notifier.close();
    }
}

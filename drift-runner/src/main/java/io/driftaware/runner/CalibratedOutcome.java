package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.CalibratedRule;
import io.driftaware.core.policy.CalibratedRule.Judged;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.policy.Observation;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.SavepointGuard;
import io.driftaware.runner.store.SnapshotLostException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts together what was judged of one stream.
 *
 * @param check of it
 * @param byLimits what the classic rule made of the stream: its silence, its model, its unusable rows
 * @param sequences of evidence
 * @param baseline that is compared with, null where there is none
 */
record CalibratedOutcome(
        CalibratedCheck check, StreamOutcome byLimits, Sequences sequences, @Nullable Baseline baseline) {
    private static final Logger log = LoggerFactory.getLogger(CalibratedOutcome.class);

    /**
     * The same, compared with a baseline.
     *
     * @param start of the window that was compared
     */
    CalibratedOutcome with(@Nullable KnownBaseline<?> known, Instant start) {
        return new CalibratedOutcome(check, byLimits.since(start), sequences, known == null ? null : known.row());
    }

    /** How a finding is made for the claim that decided, or for none. */
    interface Findings {
        Finding of(@Nullable Claim claim);
    }

    /** How a drift is explained. */
    interface Explanations {
        Optional<Explanation> explain() throws SQLException;
    }

    /** How its cause is looked for. */
    interface Causes {
        Optional<Cause> find() throws SQLException;
    }

    /**
     * The outcome of claims.
     *
     * @param note what the reader should know besides, empty if nothing
     */
    StreamOutcome of(List<Claim> claims, Findings findings, Explanations explanations, Causes causes, String note)
            throws SQLException {
        if (byLimits.seen().verdict() == Verdict.STALE || claims.isEmpty()) {
            Finding finding = findings.of(claims.isEmpty() ? null : claims.get(0));
            Observation seen = byLimits.seen().verdict() == Verdict.STALE
                    ? byLimits.seen()
                    : Observation.without(Verdict.INSUFFICIENT);
            String reason = seen.verdict() == Verdict.STALE || !(finding instanceof Finding.Insufficient missing)
                    ? byLimits.reason()
                    : missing.reason();
            return byLimits.judged(
                    seen, finding, joined(reason, note), new Calibrated(null, claims, sequences, null, baseline, null));
        }
        Optional<String> openedBy = check.openedBy(byLimits.stream());
        Judged judged = CalibratedRule.judge(claims, openedBy);
        Finding finding = findings.of(judged.claim());
        boolean drifts = judged.verdict() == Verdict.DRIFT;
        Aside<Explanation> explanation = drifts ? aside("explaining it failed", explanations::explain) : Aside.none();
        Aside<Cause> cause =
                drifts && openedBy.isEmpty() ? aside("looking for its cause failed", causes::find) : Aside.none();
        String known = cause.found() == null ? "" : cause.found().words();
        return byLimits.judged(
                judged.observation(),
                finding,
                joined(
                        reason(
                                finding,
                                drifts || openedBy.isPresent() ? judged.claim() : mostEvidence(judged, claims),
                                drifts && openedBy.isPresent()),
                        known,
                        explanation.failure(),
                        cause.failure(),
                        note),
                new Calibrated(judged.claim(), claims, sequences, explanation.found(), baseline, cause.found()));
    }

    /** What was found besides the verdict, or why it was not. */
    private record Aside<T>(@Nullable T found, String failure) {
        static <T> Aside<T> none() {
            return new Aside<>(null, "");
        }
    }

    /** That a stream drifts is worth knowing even where nobody can say why. */
    private <T> Aside<T> aside(String failed, SavepointGuard.Reading<Optional<T>> look) throws SnapshotLostException {
        String failure;
        try {
            return new Aside<>(SavepointGuard.isolated(check.connection(), look).orElse(null), "");
        } catch (SnapshotLostException e) {
            throw e;
        } catch (SQLException e) {
            failure = DatabaseErrors.explain(e, failed);
            log.debug("{}: {}", byLimits.stream().label(), failed, e);
        } catch (RuntimeException e) {
            failure = failed + ": " + e.getMessage();
            log.debug("{}: {}", byLimits.stream().label(), failed, e);
        }
        log.warn("{}: {}", byLimits.stream().label(), failure);
        return new Aside<>(null, failure);
    }

    /**
     * The outcome where a baseline is missing and no limit can do without: LEARNING once there is a row.
     *
     * @param rows that there are
     * @param needed rows that a baseline needs
     */
    StreamOutcome learning(Finding finding, long rows, long needed, String reason) {
        boolean learning = rows > 0 && byLimits.seen().verdict() != Verdict.STALE;
        return byLimits.judged(
                learning ? Observation.without(Verdict.LEARNING) : byLimits.seen(),
                learning
                        ? new Finding.Insufficient("baseline", reason, finding.recentSamples(), rows, needed)
                        : finding,
                learning ? reason : byLimits.reason(),
                new Calibrated(null, List.of(), sequences, null, baseline, null));
    }

    /** The outcome of the rule that decides until there is a baseline. */
    StreamOutcome provisional(Finding.Compared finding, boolean drifted, String note) {
        if (byLimits.seen().verdict() == Verdict.STALE) {
            return byLimits;
        }
        return byLimits.judged(
                Observation.compared(drifted ? Verdict.DRIFT : Verdict.OK, finding.value(), finding.threshold()),
                finding,
                joined(size(finding), note),
                new Calibrated(null, List.of(), sequences, null, baseline, null));
    }

    /** The claim that comes next to an alarm, where there is none and no episode is open; the lists of evidence show it too. */
    private static Claim mostEvidence(Judged judged, List<Claim> claims) {
        return Stream.concat(Stream.of(judged.claim()), claims.stream())
                .max(Comparator.comparingDouble(Claim::evidenceRatio))
                .orElseThrow();
    }

    /** @param proven whether an episode is open: its evidence has done its work, and begins anew */
    private static String reason(Finding finding, Claim claim, boolean proven) {
        String evidence = proven
                ? "proven when its episode began"
                : String.format(
                        Locale.ROOT,
                        "evidence %.2f of what an alarm needs (%s)",
                        claim.evidenceRatio(),
                        claim.hypothesis());
        return finding instanceof Finding.Compared compared ? size(compared) + ", " + evidence : evidence;
    }

    /** A value beyond its limit by chance, as few rows have it, is neither within nor beyond. */
    private static String size(Finding.Compared compared) {
        String within = compared.value() < compared.threshold() ? "within" : "not surely beyond";
        return String.format(
                Locale.ROOT,
                "%s %.4f is %s its limit of %s",
                compared.detector(),
                compared.value(),
                compared.exceeded() ? "beyond" : within,
                Values.shortest(compared.threshold()));
    }

    private static String joined(String... parts) {
        return Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
    }
}

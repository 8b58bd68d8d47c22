package io.driftaware.runner.report;

import io.driftaware.runner.report.DriftReport.StreamPart;
import io.driftaware.runner.view.Episodes.Action;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Episodes.Proof;
import io.driftaware.runner.view.Overview.StreamState;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * The report in a sentence, and what should be known beside it.
 *
 * @param head the sentence
 * @param below since when, how sure and what was done, or why nothing can be said
 */
record Headline(String head, String below) {
    static Headline of(DriftReport report) {
        if (report.overview().checkedAt() == null) {
            return new Headline(
                    "No check has been made yet.",
                    "Start the monitor (drift-runner run), or make one check (drift-runner check).");
        }
        return report.looksBack() ? back(report) : now(report);
    }

    String text() {
        return head + " " + below;
    }

    private static Headline now(DriftReport report) {
        List<String> drifted = titles(
                report, state -> state.episode() != null || state.verdict().equals("DRIFT"));
        List<String> warned = titles(report, state -> state.verdict().equals("WARN"));
        List<String> stale = titles(report, state -> state.verdict().equals("STALE"));
        List<String> compared =
                titles(report, state -> Set.of("OK", "WARN", "DRIFT").contains(state.verdict()));
        if (!drifted.isEmpty()) {
            return new Headline(
                    Words.capital(Words.list(drifted)) + (plural(drifted) ? " have" : " has") + " drifted.",
                    story(report.lasting()));
        }
        if (!warned.isEmpty()) {
            return new Headline(
                    Words.capital(Words.list(warned)) + ": a drift is possible, and not proven.",
                    rest(report, compared));
        }
        if (!stale.isEmpty()) {
            return new Headline(
                    "No new rows: " + Words.list(stale) + ".",
                    "What does not arrive cannot be watched. " + rest(report, compared));
        }
        if (!compared.isEmpty()) {
            List<String> unproven = titles(report, StreamState::unproven);
            return new Headline(
                    "No drift.",
                    rest(report, compared)
                            + (unproven.isEmpty() ? "" : " Beyond the limit, unproven: " + Words.list(unproven) + "."));
        }
        if (report.streams().stream().allMatch(part -> part.state().lastRow() == null)) {
            return new Headline(
                    "Nothing has been logged yet.", "The monitor checks, and finds no rows: let the application log.");
        }
        boolean learning = report.streams().stream()
                .anyMatch(part -> part.state().verdict().equals("LEARNING"));
        return new Headline(
                "Too little data to judge yet.",
                (learning ? "The monitor is learning what is usual. " : "") + "Each stream says below what it lacks.");
    }

    private static Headline back(DriftReport report) {
        List<String> drifted = report.streams().stream()
                .map(StreamPart::state)
                .filter(state -> report.episodes().stream()
                        .anyMatch(episode -> episode.stream().equals(state.stream())))
                .map(state -> state.title().toLowerCase(Locale.ROOT))
                .toList();
        if (!drifted.isEmpty()) {
            int lasting = report.lasting().size();
            String end = lasting == 0
                    ? " All of it was over at the end of the stretch."
                    : " " + Words.counted(lasting, "episode") + " lasted at the end of the stretch.";
            return new Headline(Words.capital(Words.list(drifted)) + " drifted.", story(report.episodes()) + end);
        }
        boolean nothing = report.streams().stream()
                .allMatch(part -> part.series().points().isEmpty()
                        && part.series().evidence().isEmpty());
        return nothing
                ? new Headline("Nothing is known of this stretch.", "It has no rows and no checks.")
                : new Headline(
                        "No drift was proven in this stretch.",
                        "What was proven later may have begun in it: a report that ends later tells.");
    }

    private interface Choice {
        boolean takes(StreamState state);
    }

    private static List<String> titles(DriftReport report, Choice choice) {
        return report.streams().stream()
                .map(StreamPart::state)
                .filter(choice::takes)
                .map(state -> state.title().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static boolean plural(List<String> titles) {
        return titles.size() > 1 || titles.get(0).endsWith("s");
    }

    private static String rest(DriftReport report, List<String> compared) {
        long lacking = report.streams().size()
                - compared.size()
                - report.streams().stream()
                        .filter(part -> part.state().verdict().equals("STALE"))
                        .count();
        return compared.size() + " of " + report.streams().size() + " streams are compared"
                + (lacking == 0 ? "." : ", " + lacking + (lacking == 1 ? " lacks" : " lack") + " data.");
    }

    /** Since when, how sure, and what was done, of several episodes at once. */
    private static String story(List<Episode> episodes) {
        if (episodes.isEmpty()) {
            return "It has just been found; the episode appears with the next check.";
        }
        Episode first = Collections.min(episodes, Comparator.comparing(Headline::earliest));
        return (first.beganAbout() == null ? "Proven " : "Since about ") + Words.when(earliest(first)) + ". "
                + sure(episodes) + ". " + Words.capital(done(episodes)) + ".";
    }

    /** When it began; where that cannot be said, when it was proven. */
    private static Instant earliest(Episode episode) {
        Instant began = episode.beganAbout();
        return began == null ? episode.openedAt() : began;
    }

    private static String sure(List<Episode> episodes) {
        List<Proof> proofs =
                episodes.stream().map(Episode::proof).filter(Objects::nonNull).toList();
        if (proofs.isEmpty()) {
            return "Decided by thresholds alone";
        }
        Proof least = proofs.stream()
                .min(Comparator.comparingDouble(Proof::chanceOnceInDays))
                .orElseThrow();
        double days = least.chanceOnceInDays();
        double risk = proofs.stream().mapToDouble(Proof::baselineRisk).max().orElse(0);
        return Words.capital(Words.usual(least)) + " would bring "
                + (episodes.size() == 1 ? "as much " : "even the least certain ") + Words.rarely(days)
                + (days > 3.65e8 ? "" : " at most")
                + (risk > 0
                        ? ", but for a risk of " + Words.share(risk) + " that a limit learned from a baseline is wrong"
                        : "");
    }

    private static String done(List<Episode> episodes) {
        List<Action> actions =
                episodes.stream().flatMap(episode -> episode.actions().stream()).toList();
        return actions.isEmpty() ? "nothing was done: no action is set up" : ActionWords.sentence(actions);
    }
}

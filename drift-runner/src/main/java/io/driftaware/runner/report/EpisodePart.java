package io.driftaware.runner.report;

import io.driftaware.runner.report.DriftReport.StreamPart;
import io.driftaware.runner.view.Episodes.Action;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Episodes.Proof;
import io.driftaware.runner.view.Examples;
import io.driftaware.runner.view.Overview.Headline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Episodes: some as a story, all of them as a list with what they set off. */
final class EpisodePart {
    private static final int EXAMPLES = 3;

    /** What drifted in older ones than so many is left out, so that a report of years can still be sent. */
    private static final int MOST_EXPLAINED = 20;

    private final DriftReport report;

    EpisodePart(DriftReport report) {
        this.report = report;
    }

    /** What, since when, how sure, which queries, and what was done. */
    Element story(Episode episode) {
        StreamPart part = report.part(episode.stream());
        Element facts = Element.of("dl");
        facts.add(
                fact("What", what(episode, part)), fact("Since when", since(episode)), fact("How sure", sure(episode)));
        List<String> texts = examples(episode, part);
        if (!texts.isEmpty()) {
            facts.add(fact("For example", Pieces.quotes(texts)));
        }
        facts.add(fact("Done", actions(episode)));
        String verdict =
                part == null || report.looksBack() ? "DRIFT" : part.state().verdict();
        return Element.classed(
                "article",
                "story",
                Element.of("h2", report.title(episode.stream()), segment(episode), " ", Pieces.chip(verdict)),
                facts);
    }

    private static Element fact(String term, @Nullable Object... words) {
        return Element.of("div", Element.of("dt", term), Element.of("dd", words));
    }

    private static @Nullable Element segment(Episode episode) {
        return episode.segment().isEmpty() ? null : Element.of("span", ", ", Pieces.quote(episode.segment()));
    }

    private Element what(Episode episode, @Nullable StreamPart part) {
        Headline line = part == null || report.looksBack() ? null : part.state().headline();
        if (line == null) {
            String found = Words.measured(episode);
            return Element.of(
                    "span", found.isEmpty() ? "see its reason, among the episodes" : found + ", when it was proven");
        }
        if (line.measure().equals("drifted_share")) {
            return Element.of(
                    "span",
                    Element.of("b", "At least " + Words.share(line.value())),
                    " of " + report.title(episode.stream()).toLowerCase(Locale.ROOT) + " are not as before (limit "
                            + Words.share(line.threshold()) + ")");
        }
        String before = line.before() == null ? "" : "before " + Words.quantity(line.before(), line.unit()) + ", ";
        String beside = before + "limit " + Words.quantity(line.threshold(), line.unit());
        return Element.of(
                "span",
                Element.of("b", Words.quantity(line.value(), line.unit())),
                " " + line.label() + " (" + beside + ")");
    }

    private static Element since(Episode episode) {
        Instant began = episode.beganAbout();
        Element since = Element.of("span");
        if (began != null) {
            since.add("began about ", Element.of("b", Words.when(began)), "; ");
        }
        since.add("proven " + Words.when(episode.openedAt()));
        Instant closed = episode.closedAt();
        return closed == null ? since : since.add(", over " + Words.when(closed));
    }

    private static Element sure(Episode episode) {
        Proof proof = episode.proof();
        if (proof == null) {
            return Element.of(
                    "span",
                    episode.hypothesis() == null ? "by its threshold alone" : "by evidence that is no longer kept");
        }
        return Element.of(
                "span",
                Words.usual(proof) + " would look like this ",
                Element.of("b", Words.rarely(proof.chanceOnceInDays())),
                " at most (an alarm: " + Words.rarely(proof.alarmOnceInDays()) + ")" + Words.besides(proof));
    }

    private List<String> examples(Episode episode, @Nullable StreamPart part) {
        if (episode.drifted() != null) {
            return DriftedPart.firstExamples(episode.drifted(), EXAMPLES);
        }
        return part == null
                ? List.of()
                : part.examples().queries().stream()
                        .map(Examples.Query::text)
                        .filter(Objects::nonNull)
                        .limit(EXAMPLES)
                        .toList();
    }

    private static Element actions(Episode episode) {
        return episode.actions().isEmpty()
                ? Element.of("span", "nothing: no action is set up (DRIFT_ACTIONS)")
                : Element.classed(
                        "ul",
                        "actions",
                        episode.actions().stream().map(ActionWords::line).toList());
    }

    /** All episodes of the stretch. */
    Element list() {
        Element section = Element.classed("section", "wide", Element.of("h2", "Episodes"))
                .with("id", "episodes")
                .add(Pieces.sub("From the proof of a drift to its end. Each sets off its actions once."));
        if (report.episodes().isEmpty()) {
            return section.add(Element.classed("p", "empty", "There was none in this stretch of time."));
        }
        int number = 0;
        for (Episode episode : report.episodes()) {
            section.add(entry(episode, number++ < MOST_EXPLAINED));
        }
        return report.allEpisodes()
                ? section
                : section.add(Pieces.note("Older ones are left out: give a shorter stretch of time to see them."));
    }

    private Element entry(Episode episode, boolean explained) {
        Instant closed = episode.closedAt();
        String found = Words.measured(episode);
        Element entry = Element.classed("article", closed == null ? "episode-entry open" : "episode-entry");
        entry.add(
                Element.of("h3", "#" + episode.id() + " " + report.title(episode.stream()), segment(episode)),
                Element.of(
                        "p",
                        Words.when(episode.openedAt()) + " to " + (closed == null ? "now" : Words.when(closed)) + ", "
                                + Words.span(
                                        Duration.between(episode.openedAt(), closed == null ? report.madeAt() : closed))
                                + ". " + (found.isEmpty() ? "" : Words.capital(found) + ".")),
                Element.classed("p", "reason", Pieces.quote(episode.reason())));
        Proof proof = episode.proof();
        if (proof != null) {
            entry.add(Element.of(
                    "p",
                    Words.capital(Words.usual(proof)) + " would look like this "
                            + Words.rarely(proof.chanceOnceInDays()) + " at most" + Words.besides(proof) + ": "
                            + Words.hypothesis(proof.hypothesis(), episode.stream()) + ", "
                            + Words.quantity(proof.ratio(), "ratio")
                            + " of the evidence that an alarm needs, on the log scale."));
        }
        if (closed != null) {
            String why = episode.closedBecause();
            entry.add(Element.of("p", "Closed: ", why == null ? "no reason is kept" : Pieces.quote(why), "."));
        }
        List<Action> actions = episode.actions();
        entry.add(actions.isEmpty() ? Pieces.note("No action was set up.") : actions(episode));
        // What drifts now is told with its stream; what drifted then is told here alone.
        boolean told = closed == null && !report.looksBack();
        if (episode.drifted() != null && explained && !told) {
            entry.add(DriftedPart.of(episode.drifted()));
        }
        return entry;
    }
}

package io.driftaware.runner.report;

import io.driftaware.runner.view.Episodes.Action;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What became of an action, in words. */
final class ActionWords {
    private static final String LOG = "log";

    private ActionWords() {}

    /** What became of several, each thing said once. */
    static String sentence(List<Action> actions) {
        List<String> due = actions.stream()
                .filter(ActionWords::loggedOnly)
                .map(action -> kind(action.kind()))
                .distinct()
                .toList();
        Stream<String> logged = due.isEmpty() ? Stream.of() : Stream.of(due(due));
        Stream<String> others = actions.stream()
                .filter(action -> !loggedOnly(action))
                .map(action -> action.action() + " for " + kind(action.kind()) + ": " + state(action.state())
                        + outcome(worst(actions, action.id())))
                .distinct();
        return Stream.concat(logged, others).collect(Collectors.joining("; "));
    }

    /** With time and detail. */
    static Element line(Action action) {
        if (loggedOnly(action)) {
            return Element.of("li", due(List.of(kind(action.kind()))), ", " + Words.when(action.updatedAt()));
        }
        Instant due = action.due();
        boolean ended = action.state().equals("SUCCEEDED");
        return Element.of(
                "li",
                Element.foreign(action.action()),
                ", for " + kind(action.kind()) + ": ",
                Element.classed("b", action.state().toLowerCase(Locale.ROOT), state(action.state())),
                ", " + Words.when(action.updatedAt()),
                action.detail() == null ? null : ": ",
                action.detail() == null ? null : Element.foreign(PlainText.cut(action.detail())),
                outcome(Objects.requireNonNullElse(action.outcome(), "")),
                due == null || ended ? null : ", next try " + Words.when(due));
    }

    /** The action log does nothing but say so. */
    private static boolean loggedOnly(Action action) {
        return action.action().equals(LOG) && action.state().equals("SUCCEEDED");
    }

    private static String due(List<String> kinds) {
        return "logged that " + Words.list(kinds) + (kinds.size() == 1 ? " is due" : " are due");
    }

    private static String kind(String kind) {
        return switch (kind) {
            case "reindex" -> "re-indexing";
            case "retrain" -> "retraining";
            case "notify" -> "a look at it";
            default -> kind;
        };
    }

    /** The worst of what it did for several episodes, as of the action itself; empty while that may change. */
    private static String worst(List<Action> actions, long id) {
        List<String> outcomes = actions.stream()
                .filter(action -> action.id() == id)
                .map(action -> Objects.requireNonNullElse(action.outcome(), ""))
                .toList();
        return Stream.of("INEFFECTIVE", "", "UNCLEAR")
                .filter(outcomes::contains)
                .findFirst()
                .orElse(outcomes.get(0));
    }

    /** Whether it helped, where that is known. */
    private static String outcome(String outcome) {
        return switch (outcome) {
            case "" -> "";
            case "VERIFIED" -> ", and the drift ended after it";
            case "INEFFECTIVE" -> ", but the drift lasted beyond the time that it may take";
            case "UNCLEAR" -> ", but whether it helped is not known";
            default -> ", " + outcome;
        };
    }

    private static String state(String state) {
        return switch (state) {
            case "PROPOSED" -> "about to run";
            case "AWAITING_APPROVAL" -> "waits for approval";
            case "APPROVED" -> "approved";
            case "DISPATCHED" -> "sent";
            case "RUNNING" -> "running";
            case "SUCCEEDED" -> "done";
            case "FAILED" -> "failed";
            case "TIMED_OUT" -> "took too long";
            case "SUPPRESSED" -> "kept back";
            case "UNKNOWN" -> "outcome unknown";
            default -> state;
        };
    }
}

package io.driftaware.runner;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.BacktestReport.Fired;
import io.driftaware.runner.BacktestReport.Replay;
import io.driftaware.runner.BacktestReport.WouldDo;
import io.driftaware.runner.store.WatchedStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A backtest in plain words, the settings one below the other. Scripts read {@link BacktestReport#toJson()}. */
public final class BacktestText {
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private BacktestText() {}

    /** Several lines, each ending in a line break. */
    public static String of(BacktestReport report) {
        StringBuilder text = new StringBuilder();
        text.append("What would have fired from ")
                .append(MINUTES.format(report.from()))
                .append(" to ")
                .append(MINUTES.format(report.to()))
                .append(" UTC\n");
        if (report.shortened()) {
            text.append("It begins then and not at ")
                    .append(MINUTES.format(report.asked()))
                    .append(": of earlier days one profile each is kept, without their hours.\n")
                    .append("Windows that reach back to such days are made of whole ones.\n");
        }
        int width = report.replays().stream()
                .mapToInt(replay -> replay.settings().length())
                .max()
                .orElse(0);
        for (Replay replay : report.replays()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-" + Math.max(1, width) + "s  %s, %s%s\n",
                    replay.settings(),
                    counted(replay.checks(), "check"),
                    counted(replay.episodes().size(), "episode"),
                    silent(replay)));
        }
        for (Replay replay : report.replays()) {
            text.append('\n').append(replay.settings()).append('\n');
            replay.episodes().forEach(episode -> episode(text, episode));
            if (replay.episodes().isEmpty()) {
                text.append("  nothing\n");
            }
        }
        return text.toString();
    }

    private static void episode(StringBuilder text, Fired episode) {
        Instant closed = episode.closedAt();
        text.append(String.format(
                Locale.ROOT,
                "  %-21s %s to %s  %s\n",
                episode.stream(),
                MINUTES.format(episode.openedAt()),
                closed == null ? "the end         " : MINUTES.format(closed),
                episode.reason()));
        if (!episode.actions().isEmpty()) {
            text.append("    -> ")
                    .append(episode.actions().stream().map(BacktestText::words).collect(Collectors.joining(", ")))
                    .append('\n');
        }
    }

    private static String words(WouldDo action) {
        return action.kind() + " by " + action.action()
                + (action.keptBack() == null ? "" : ", kept back: " + action.keptBack());
    }

    /** A stream of which nothing could be said is not one that was quiet. */
    private static String silent(Replay replay) {
        String streams = replay.verdicts().entrySet().stream()
                .filter(entry -> unsaid(entry.getValue()) == replay.checks())
                .map(Map.Entry::getKey)
                .sorted()
                .map(WatchedStream::label)
                .collect(Collectors.joining(", "));
        return streams.isEmpty() ? "" : "; nothing could be said of " + streams;
    }

    private static int unsaid(Map<Verdict, Integer> verdicts) {
        return verdicts.getOrDefault(Verdict.INSUFFICIENT, 0) + verdicts.getOrDefault(Verdict.LEARNING, 0);
    }

    private static String counted(int number, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
    }
}

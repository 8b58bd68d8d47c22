package io.driftaware.runner.cli;

import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.store.ActionDesk;
import io.driftaware.runner.store.DatabaseErrors;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "actions",
        mixinStandardHelpOptions = true,
        description = {
            "Look at the actions that drift asked for, or decide about one.",
            "  list      the latest 50",
            "  approve   let one run that awaits approval",
            "  reject    let it never run, or not be tried again",
            "  retry     make one again that failed, or whose outcome was unknown: you looked, and it had not worked",
            "  done      you looked, and it had worked",
            "  pause     no monitor of this database begins another call",
            "  resume    they do again"
        })
final class ActionsCommand implements Callable<Integer> {
    private static final int SHOWN = 50;

    private final Session session;
    private final InstantSource clock;

    @Parameters(index = "0", paramLabel = "list|approve|reject|retry|done|pause|resume", description = "What to do.")
    String verb = "list";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "Number of the action.")
    @Nullable
    Long id;

    @Spec
    CommandSpec spec = CommandSpec.create();

    ActionsCommand(Session session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailed {
        DatabaseUrl url = session.config().requiredDatabaseUrl();
        try (Connection connection = Databases.direct(url).getConnection()) {
            ActionDesk desk = new ActionDesk(connection);
            switch (verb) {
                case "list" -> {
                    list(desk.latest(SHOWN), session.out());
                    paused(desk);
                }
                case "pause" -> {
                    desk.pause(clock.instant());
                    session.out()
                            .println(
                                    "actions are paused: no monitor of this database begins another call; one under way ends");
                }
                case "resume" ->
                    session.out()
                            .println(
                                    desk.resume()
                                            ? "actions go on: " + desk.waiting() + " may run now"
                                            : "actions were not paused");
                case "approve", "reject", "retry", "done" ->
                    take(desk, ActionDesk.Step.valueOf(verb.toUpperCase(Locale.ROOT)));
                default -> throw usage("'" + verb + "' is none of list, approve, reject, retry, done, pause, resume");
            }
            session.out().flush();
            return ExitCode.OK;
        } catch (SQLException e) {
            throw new CommandFailed(DatabaseErrors.explain(e, url.toString()), e);
        }
    }

    private void take(ActionDesk desk, ActionDesk.Step step) throws SQLException, CommandFailed {
        if (id == null) {
            throw usage(verb + " needs the number of an action: see actions list");
        }
        if (!desk.take(step, id, clock.instant())) {
            String found = desk.state(id)
                    .map(state -> "action " + id + " is " + state + ", and " + verb + " is for "
                            + String.join(" or ", step.from()))
                    .orElse("there is no action " + id + ": see actions list");
            throw new CommandFailed(found);
        }
        session.out().println("action " + id + " is " + step.to() + " now");
    }

    private void paused(ActionDesk desk) throws SQLException {
        desk.pausedSince().ifPresent(since -> session.out()
                .println("Actions are paused since " + since + ": actions resume lets them run."));
    }

    private static void list(List<ActionDesk.Entry> entries, PrintWriter out) {
        if (entries.isEmpty()) {
            out.println("No action was asked for yet.");
            return;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of(
                "id", "asked for at", "state", "action", "kind", "stream (episode)", "reason", "outcome", "note"));
        for (ActionDesk.Entry entry : entries) {
            lines.add(List.of(
                    Long.toString(entry.id()),
                    entry.at().truncatedTo(ChronoUnit.SECONDS).toString(),
                    entry.state(),
                    entry.action(),
                    entry.kind(),
                    entry.episodes().stream()
                            .map(one -> one.stream() + " (" + one.episode() + ")")
                            .collect(Collectors.joining(", ")),
                    entry.reason(),
                    outcome(entry),
                    entry.note()));
        }
        lines.forEach(line -> out.println(aligned(line, lines)));
    }

    /** Each column as wide as its widest cell, one without any left out; the note, which may be long, comes last. */
    private static String aligned(List<String> line, List<List<String>> all) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
            int column = i;
            if (all.stream().skip(1).allMatch(one -> one.get(column).isEmpty())) {
                continue;
            }
            int width =
                    all.stream().mapToInt(one -> one.get(column).length()).max().orElseThrow();
            String cell = line.get(i);
            text.append(cell).append(" ".repeat(width - cell.length() + 2));
        }
        return text.toString().stripTrailing();
    }

    /** Of several episodes what it was for each, once something is known of one: that of the action is the worst of them. */
    private static String outcome(ActionDesk.Entry entry) {
        List<ActionDesk.OfEpisode> episodes = entry.episodes();
        if (episodes.size() < 2
                || episodes.stream().allMatch(one -> one.outcome().isEmpty())) {
            return entry.outcome();
        }
        String each = episodes.stream()
                .map(one -> one.stream() + " " + (one.outcome().isEmpty() ? "not known yet" : one.outcome()))
                .collect(Collectors.joining(", ", "(", ")"));
        return (entry.outcome() + " " + each).strip();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

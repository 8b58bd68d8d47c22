package io.driftaware.runner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Check on schedule and serve metrics and health, until SIGTERM or Ctrl-C.")
final class RunCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = RootCommand.INIT_DB, description = "Create the schema first, or bring it up to date.")
    private boolean initDb;

    RunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return new MonitorRun(session, initDb).call();
    }
}

package io.driftaware.runner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Without a command's name the monitor runs. */
@Command(
        name = "drift-runner",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        synopsisSubcommandLabel = "[COMMAND]",
        description = "Watches the traffic of an LLM application for drift. Without COMMAND it runs.",
        optionListHeading = "%nOptions of run, and of every command: the settings. They win over the environment,"
                + " that over .env.%n",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Exit codes: 0 fine, 1 failure, 2 usage or configuration, and of check: 3 drift,",
            "4 not enough data, or a stream that has gone silent."
        })
final class RootCommand implements Callable<Integer> {
    static final String INIT_DB = "--init-db";

    private final Session session;

    @Option(names = INIT_DB, description = "Create the schema first, or bring it up to date.")
    private boolean initDb;

    RootCommand(Session session) {
        this.session = session;
    }

    /** {@code drift-runner --init-db check} would otherwise drop the option without a word. */
    static void refuseMisplacedOptions(ParseResult parsed) {
        if (parsed.hasSubcommand() && parsed.hasMatchedOption(INIT_DB)) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), INIT_DB + " belongs behind run: drift-runner run " + INIT_DB);
        }
    }

    @Override
    public Integer call() throws Exception {
        return new MonitorRun(session, initDb).call();
    }
}

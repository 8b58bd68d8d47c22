package io.driftaware.runner.cli;

import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.cli.Diagnosis.Level;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Look at everything that the monitor needs; say what is missing and the remedy, and since when"
                + " each gauge can exist. Exit code 1 if anything must be put right.")
final class DoctorCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--json", description = "Print as JSON.")
    private boolean json;

    DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        MonitorConfig config = session.config();
        DatabaseUrl url = config.requiredDatabaseUrl();
        List<Diagnosis> found = new Doctor(config, url, Databases.direct(url), InstantSource.system()).examine();
        boolean ill = found.stream().anyMatch(diagnosis -> diagnosis.level() == Level.WRONG);
        PrintWriter out = session.out();
        if (json) {
            out.println(Diagnosis.toJson(found));
        } else {
            found.forEach(diagnosis -> out.println(diagnosis.toText()));
            out.println(ill ? "\nWhat is marked WRONG must be put right." : "\nNothing is wrong.");
        }
        out.flush();
        return ill ? ExitCode.FAILURE : ExitCode.OK;
    }
}

package io.driftaware.runner.cli;

import io.driftaware.runner.MonitorConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** For containers without a shell or an HTTP client: asks the monitor that runs with the same settings how it is. */
@Command(
        name = "health",
        mixinStandardHelpOptions = true,
        description = "Ask the monitor that runs beside this command, on its port, how it is. Exit code 0: it is fine;"
                + " 1: it is not, or does not answer.")
final class HealthCommand implements Callable<Integer> {
    private static final int TIMEOUT_MILLIS = 4_000;

    private final Session session;

    @Parameters(
            arity = "0..1",
            paramLabel = "PROBE",
            defaultValue = "readyz",
            description = "livez: the process is alive; readyz (default): its last check succeeded.")
    private Probe probe = Probe.readyz;

    enum Probe {
        livez,
        readyz
    }

    HealthCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailed {
        MonitorConfig config = session.config();
        if (config.port() == 0) {
            throw new CommandFailed("port 0 means any free port, and which one the monitor took is not known here; set"
                    + " PROMETHEUS_PORT to the port that its log names");
        }
        String host = config.bind().equals("0.0.0.0") || config.bind().equals("::") ? "127.0.0.1" : config.bind();
        String address = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + config.port() + "/" + probe;
        try {
            return ask(address);
        } catch (IOException | URISyntaxException e) {
            throw new CommandFailed(
                    address + " does not answer (" + e.getMessage()
                            + "); is a monitor running on that port? PROMETHEUS_PORT or PORT" + " names another",
                    e);
        }
    }

    private int ask(String address) throws IOException, URISyntaxException {
        HttpURLConnection connection =
                (HttpURLConnection) new URI(address).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try {
            int status = connection.getResponseCode();
            boolean fine = status == HttpURLConnection.HTTP_OK;
            try (InputStream body = fine ? connection.getInputStream() : connection.getErrorStream()) {
                String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                session.out().println(text.isBlank() ? "status " + status : text.strip());
            }
            session.out().flush();
            return fine ? ExitCode.OK : ExitCode.FAILURE;
        } finally {
            connection.disconnect();
        }
    }
}

package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Eventually;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar as its users start it: a process of its own. */
final class RunnableJarIT {
    private static final Path JAR = Path.of(System.getProperty("drift.runner.jar"));
    private static final Pattern SERVES = Pattern.compile("serves http://127\\.0\\.0\\.1:(\\d+)/");

    @RegisterExtension
    static final TestDatabase empty = TestDatabase.empty();

    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    @TempDir
    Path folder;

    private Process start(Map<String, String> settings, String... args) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("DRIFT_") || name.equals("DATABASE_URL"));
        builder.environment().put("EMBEDDING_DIM", "3");
        builder.environment().putAll(settings);
        return builder.start();
    }

    private int finish(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
        return process.exitValue();
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    @Test
    void the_version_is_the_one_of_the_build() throws Exception {
        assertThat(finish(start(Map.of(), "--version"))).isZero();
        assertThat(out()).matches("drift-runner \\d+\\.\\d+\\.\\d+\\R");
        assertThat(err()).isEmpty();
    }

    @Test
    void run_is_the_default_serves_and_stops_in_order_on_sigterm() throws Exception {
        Map<String, String> settings = Map.of(
                "DATABASE_URL", empty.url(),
                "DRIFT_PGVECTOR", empty.hasPgvector() ? "on" : "off",
                "DRIFT_BIND", "127.0.0.1",
                "PORT", "0",
                "SUPABASE_URL", "x");
        Process process = start(settings, "--init-db");
        try {
            Eventually.isTrue("the port is told", () -> SERVES.matcher(err()).find());
            Matcher serves = SERVES.matcher(err());
            assertThat(serves.find()).isTrue();
            URI ready = URI.create("http://127.0.0.1:" + serves.group(1) + "/readyz");
            HttpClient client = HttpClient.newHttpClient();
            Eventually.isTrue(
                    "ready",
                    () -> client.send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.ofString())
                                    .statusCode()
                            == 200);
            hangsUpOnHalfARequest(ready.getPort());
        } finally {
            process.destroy();
        }

        assertThat(finish(process)).isZero();
        assertThat(out()).isEmpty();
        assertThat(err().lines())
                .allMatch(line ->
                        line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ (INFO |WARN ) \\w+: .+"))
                .anyMatch(line -> line.contains("SUPABASE_URL is set and not used"))
                .anyMatch(line -> line.contains("check at "))
                .anyMatch(line -> line.contains("stopping"));
    }

    private static void hangsUpOnHalfARequest(int port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            // Far above the server's own limit: only a server without one runs into it.
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void sigterm_ends_it_soon_while_the_database_takes_the_connection_and_is_silent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            String url = "postgresql://u@127.0.0.1:" + silent.getLocalPort() + "/app";
            Process process = start(Map.of("DATABASE_URL", url, "DRIFT_BIND", "127.0.0.1", "PORT", "0"), "run");
            try {
                Eventually.isTrue(
                        "the port is told", () -> SERVES.matcher(err()).find());
            } finally {
                process.destroy();
            }

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(err()).isTrue();
        }
    }

    @Test
    void a_check_prints_its_result_and_logs_no_line_that_says_the_same() throws Exception {
        Map<String, String> settings = Map.of("DATABASE_URL", db.url());

        assertThat(finish(start(settings, "check", "--json"))).isEqualTo(4);
        assertThat(out()).hasLineCount(1).startsWith("{\"at\":").endsWith("}\n");
        assertThat(err()).isEmpty();

        assertThat(finish(start(settings, "check"))).isEqualTo(4);
        assertThat(out()).startsWith("Check of ").contains("INSUFFICIENT");
        assertThat(err()).isEmpty();
    }

    @Test
    void results_stand_on_standard_output_and_the_log_on_standard_error() throws Exception {
        Map<String, String> settings = Map.of("DATABASE_URL", db.url(), "SUPABASE_URL", "x");

        assertThat(finish(start(settings, "check", "--json"))).isEqualTo(4);
        assertThat(out()).hasLineCount(1).startsWith("{\"at\":").endsWith("}\n");
        assertThat(err()).hasLineCount(1).contains("WARN  Session: SUPABASE_URL is set and not used");

        assertThat(finish(start(settings, "check", "--json", "--log-level", "ERROR")))
                .isEqualTo(4);
        assertThat(err()).isEmpty();
    }

    @Test
    void an_error_is_one_line_and_only_debug_adds_the_stack_trace() throws Exception {
        Map<String, String> settings = Map.of("DATABASE_URL", "postgresql://u:geheim@127.0.0.1:1/x");

        assertThat(finish(start(settings, "check"))).isEqualTo(1);
        assertThat(err()).hasLineCount(1).contains("the connection was refused").doesNotContain("geheim");

        assertThat(finish(start(settings, "check", "--log-level", "DEBUG"))).isEqualTo(1);
        assertThat(err()).contains("the connection was refused", "\tat ").doesNotContain("geheim");
    }

    @Test
    void settings_come_from_the_file_of_the_working_folder() throws Exception {
        Files.writeString(folder.resolve(".env"), "export DATABASE_URL='" + db.url() + "' # here\nLOG_LEVEL=ERROR\n");

        assertThat(finish(start(Map.of(), "check"))).isEqualTo(4);
        assertThat(err()).isEmpty();
    }

    @Test
    void the_jar_holds_what_it_needs_and_no_signatures() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.getJarEntry("io/driftaware/runner/store/setup_database.sql"))
                    .isNotNull();
            assertThat(jar.getJarEntry("logback.xml")).isNotNull();
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"))
                    .noneMatch(name -> name.endsWith("module-info.class"));
            try (InputStream drivers = jar.getInputStream(jar.getJarEntry("META-INF/services/java.sql.Driver"))) {
                assertThat(new String(drivers.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("org.postgresql.Driver");
            }
        }
        Path thin = Path.of(JAR.toString().replace("-all.jar", ".jar"));
        try (JarFile jar = new JarFile(thin.toFile())) {
            assertThat(jar.getJarEntry("logback.xml")).isNull();
            assertThat(jar.getJarEntry("io/driftaware/runner/store/setup_database.sql"))
                    .isNotNull();
            assertThat(jar.getJarEntry("org/postgresql/Driver.class")).isNull();
        }
    }
}

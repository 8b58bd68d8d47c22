package io.driftaware.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Eventually;
import io.driftaware.deploy.FreePort;
import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The image as other programs read it, and its programs as an engine would start them. */
final class ContainerIT {
    @RegisterExtension
    static final TestDatabase empty = TestDatabase.empty();

    @TempDir
    static Path folder;

    /** As dev/image writes it. */
    private static Path tar;

    /** As an engine unpacks it. */
    private static Path root;

    /** Its settings as an engine understands them: the {@code process} of the runtime specification. */
    private static JsonNode process;

    @BeforeAll
    static void build() throws Exception {
        Path skopeo = Tool.require("skopeo", "Debian's package skopeo");
        Path umoci = Tool.require("umoci", "Debian's package umoci");
        tar = image("first.tar");
        Path layout = folder.resolve("layout");
        run(List.of(skopeo.toString(), "copy", "docker-archive:" + tar, "oci:" + layout + ":monitor"));
        Path bundle = folder.resolve("bundle");
        run(List.of(umoci.toString(), "unpack", "--rootless", "--image", layout + ":monitor", bundle.toString()));
        root = bundle.resolve("rootfs");
        process = Project.JSON
                .readTree(Files.readString(bundle.resolve("config.json")))
                .get("process");
    }

    /** The steps of dev/image after the build, which is this one. */
    private static Path image(String name) throws Exception {
        Path files = Files.createTempDirectory(folder, "root");
        Path file = folder.resolve(name);
        run(List.of("bash", Project.path("deploy/container/make-rootfs").toString(), "--whole", files.toString()));
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Project.path("deploy/target/classes") + ":" + Project.text("deploy/target/classpath"),
                "io.driftaware.deploy.image.ImageWriter",
                files.toString(),
                "drift-aware-monitor:test",
                "amd64",
                file.toString()));
        return file;
    }

    private static void run(List<String> command) throws InterruptedException {
        Map<String, String> environment =
                Map.of("JAVA_HOME", System.getProperty("java.home"), "HOME", folder.toString());
        try (Program program = Program.start(folder.resolve("build.log"), environment, command)) {
            assertThat(program.exitCode()).as(command + "\n" + program.output()).isZero();
        }
    }

    private static List<String> entrypointWith(String... arguments) {
        List<String> words = new ArrayList<>(ComposeFile.words(process.get("args")));
        assertThat(words).endsWith("run", "--init-db");
        words.subList(words.size() - 2, words.size()).clear();
        words.addAll(List.of(arguments));
        return words;
    }

    private static Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of("DATABASE_URL", empty.url(), "EMBEDDING_DIM", "64"));
        environment.put("DRIFT_PGVECTOR", empty.hasPgvector() ? "on" : "off");
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    private static int answer(int port, String page) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + page))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Test
    void the_same_sources_give_the_same_image() throws Exception {
        assertThat(image("second.tar")).hasSameBinaryContentAs(tar);
    }

    @Test
    void the_dockerfile_runs_the_same_as_the_image() throws IOException {
        Map<String, String> instructions = new HashMap<>();
        String text = Project.text("Dockerfile").replaceAll("\\\\\\R\\s*", "");
        Matcher lines = Pattern.compile("(?m)^([A-Z]+) (.*)$").matcher(text.substring(text.lastIndexOf("\nFROM ")));
        while (lines.find()) {
            instructions.put(lines.group(1), lines.group(2));
        }

        List<String> words = ComposeFile.words(Project.JSON.readTree(instructions.get("ENTRYPOINT")));
        words.addAll(ComposeFile.words(Project.JSON.readTree(instructions.get("CMD"))));
        assertThat(words).isEqualTo(ComposeFile.words(process.get("args")));
        assertThat(instructions.get("USER"))
                .isEqualTo(process.at("/user/uid").asText() + ":"
                        + process.at("/user/gid").asText());
        assertThat(instructions)
                .containsEntry("WORKDIR", process.get("cwd").asText())
                .containsEntry("EXPOSE", "8000");
        assertThat(instructions.get("HEALTHCHECK")).contains("health").contains("livez");
        assertThat(instructions.get("COPY")).isEqualTo("--from=build /rootfs/opt /opt");
    }

    @Test
    void it_needs_no_root_and_writes_nowhere_and_comes_up_ready_on_an_empty_database() throws Exception {
        Container container = Container.of(root, folder);
        int port = FreePort.find();
        Map<String, String> environment = environment("PROMETHEUS_PORT", Integer.toString(port));
        try (Program runner = container.start("run", environment, Map.of(), entrypointWith("run", "--init-db"))) {
            Eventually.holds(() ->
                    assertThat(answer(port, "/readyz")).as(runner.output()).isEqualTo(200));

            assertThat(exitCode(container, environment, "health")).isZero();
            assertThat(exitCode(container, environment, "health", "livez")).isZero();
            assertThat(exitCode(container, environment, "doctor")).isZero();

            runner.terminate();
            assertThat(runner.exitCode()).as(runner.output()).isZero();
            assertThat(runner.output()).contains("stopping");
        }
        assertThat(exitCode(container, environment, "health", "livez")).isEqualTo(1);
        assertThat(exitCode(container, Map.of(), "check")).isEqualTo(2);
        assertThat(exitCode(container, Map.of(), "--version")).isZero();
    }

    private static int exitCode(Container container, Map<String, String> environment, String... arguments)
            throws InterruptedException {
        try (Program program = container.start("command", environment, Map.of(), entrypointWith(arguments))) {
            return program.exitCode();
        }
    }

    @Test
    void the_programs_of_the_compose_file_find_the_drift_of_the_demo() throws Exception {
        Container container = Container.of(root, folder);
        ComposeFile compose = ComposeFile.read(Map.of("CHECK_INTERVAL_SECONDS", "2", "EMBEDDING_DIM", "64"));
        Path url = Files.writeString(folder.resolve("database_url"), empty.url());
        Map<String, Path> secrets = Map.of("/run/drift/database_url", url);
        List<String> entrypoint = entrypointWith();
        Map<String, String> monitor = new HashMap<>(compose.environment("runner"));
        int port = FreePort.find();
        monitor.put("PROMETHEUS_PORT", Integer.toString(port));
        monitor.put("DRIFT_PGVECTOR", empty.hasPgvector() ? "on" : "off");
        try (Program runner = container.start("runner", monitor, secrets, compose.commandLine("runner", entrypoint))) {
            Eventually.holds(() ->
                    assertThat(answer(port, "/readyz")).as(runner.output()).isEqualTo(200));
            List<String> healthy = ComposeFile.words(compose.service("runner").at("/healthcheck/test"));
            assertThat(healthy).startsWith("CMD").endsWith("health", "readyz");
            try (Program health = container.start("health", monitor, secrets, healthy.subList(1, healthy.size()))) {
                assertThat(health.exitCode()).as(health.output()).isZero();
            }
            try (Program demo = container.start(
                    "demo", compose.environment("demo"), secrets, compose.commandLine("demo", entrypoint))) {
                assertThat(demo.exitCode()).as(demo.output()).isZero();
            }
            Eventually.holds(() -> assertThat(runner.output()).contains("query_embeddings DRIFT"));
        }
    }
}

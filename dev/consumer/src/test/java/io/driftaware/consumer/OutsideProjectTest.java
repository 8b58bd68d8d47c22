package io.driftaware.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class OutsideProjectTest {
    private static final Path OWN_REPOSITORY = Path.of(System.getProperty("consumer.repository"));
    private static final String SNIPPET_GOES_HERE = "<!-- the dependency of docs/actions.md -->";
    private static final String VERSION = System.getProperty("consumer.version");

    @RegisterExtension
    static final TestDatabase database = TestDatabase.withSchema(3);

    @TempDir
    static Path folder;

    @Test
    void a_project_outside_the_build_compiles_and_logs_from_the_coordinates_alone() throws Exception {
        Path project = folder.resolve("outside");
        copy(resource("outside"), project);

        assertThat(tested(project)).contains("Tests run: 2, Failures: 0, Errors: 0, Skipped: 0");
        assertThat(project.resolve("target/classes/com/example/outside/Assistant.class"))
                .exists();
    }

    @Test
    void an_action_of_another_project_is_held_to_the_contract_as_the_docs_say() throws Exception {
        installContract();
        Path project = folder.resolve("outside-action");
        copy(resource("outside-action"), project);
        Path pom = project.resolve("pom.xml");
        String text = Files.readString(pom);
        assertThat(text).containsOnlyOnce(SNIPPET_GOES_HERE);
        Files.writeString(pom, text.replace(SNIPPET_GOES_HERE, contractDependency()));

        assertThat(tested(project))
                .as("every test of the contract, and none left out")
                .contains("Tests run: 7, Failures: 0, Errors: 0, Skipped: 0");

        Path action = project.resolve("src/main/java/com/example/action/TicketAction.java");
        String kept = Files.readString(action);
        String broken = kept.replace("desk.open(request.idempotencyKey(),", "desk.open(UUID.randomUUID(),");
        assertThat(broken).isNotEqualTo(kept);
        Files.writeString(action, broken);
        assertThat(ran(project, false))
                .as("and one that makes up its own keys fails")
                .contains("a_request_arrives_under_its_key_and_again_under_the_same");
    }

    /** The invoker plugin installs what a project depends on, but for test jars; {@code mvn install} does. */
    private static void installContract() throws IOException {
        Path jar = Path.of(System.getProperty("consumer.contract"));
        assertThat(jar).exists();
        Files.copy(
                jar,
                OWN_REPOSITORY
                        .resolve("io/driftaware/drift-runner")
                        .resolve(VERSION)
                        .resolve("drift-runner-" + VERSION + "-tests.jar"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** The first dependency that docs/actions.md tells to add. */
    private static String contractDependency() throws IOException {
        Matcher snippet = Pattern.compile("```xml\n(<dependency>.*?</dependency>)\n```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(System.getProperty("consumer.docs"), "actions.md")));
        assertThat(snippet.find()).as("a dependency in docs/actions.md").isTrue();
        return snippet.group(1);
    }

    private static String tested(Path project) throws IOException, InterruptedException {
        return ran(project, true);
    }

    /** What {@code mvn test} of a project prints. */
    private static String ran(Path project, boolean succeeds) throws IOException, InterruptedException {
        Path output = folder.resolve(project.getFileName() + ".log");
        Process maven = maven(project, output).start();
        boolean ended = maven.waitFor(5, TimeUnit.MINUTES);
        if (!ended) {
            maven.destroyForcibly();
        }
        String said = Files.readString(output);

        assertThat(ended).as(said).isTrue();
        assertThat(maven.exitValue() == 0).as(said).isEqualTo(succeeds);
        return said;
    }

    @Test
    void the_published_poms_stand_without_the_build_they_come_from() throws IOException {
        assertThat(List.of("drift-core", "drift-logging-sdk", "drift-runner"))
                .allSatisfy(artifact -> assertThat(pom(artifact))
                        .contains("<artifactId>" + artifact + "</artifactId>", "<license>")
                        .doesNotContain("<parent>", "<scope>test</scope>", "drift-test-database", "${"));
    }

    @Test
    void the_sdk_carries_no_linear_algebra() throws IOException {
        assertThat(pom("drift-logging-sdk")).doesNotContain("ejml", "commons-statistics", "drift-core", "drift-runner");
    }

    private static ProcessBuilder maven(Path project, Path output) {
        var builder = new ProcessBuilder(
                        System.getProperty("consumer.maven"),
                        "-B",
                        "--settings=" + resource("settings.xml"),
                        "-Dmaven.repo.local=" + OWN_REPOSITORY,
                        "test")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("OUTSIDE_DATABASE_URL", database.jdbcUrl());
        builder.environment().remove("MAVEN_OPTS");
        return builder;
    }

    private static String pom(String artifact) throws IOException {
        return Files.readString(OWN_REPOSITORY
                .resolve("io/driftaware")
                .resolve(artifact)
                .resolve(VERSION)
                .resolve(artifact + "-" + VERSION + ".pom"));
    }

    private static Path resource(String name) {
        var url = OutsideProjectTest.class.getResource("/" + name);
        assertThat(url).as(name).isNotNull();
        return Path.of(URI.create(url.toString()));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}

package io.driftaware.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class OutsideProjectTest {
    private static final Path OWN_REPOSITORY = Path.of(System.getProperty("consumer.repository"));
    private static final String VERSION = System.getProperty("consumer.version");

    @RegisterExtension
    static final TestDatabase database = TestDatabase.withSchema(3);

    @TempDir
    static Path folder;

    @Test
    void a_project_outside_the_build_compiles_and_logs_from_the_coordinates_alone() throws Exception {
        Path project = folder.resolve("outside");
        copy(resource("outside"), project);

        Path output = folder.resolve("maven.log");
        Process maven = maven(project, output).start();
        boolean ended = maven.waitFor(5, TimeUnit.MINUTES);
        if (!ended) {
            maven.destroyForcibly();
        }

        assertThat(ended).as(Files.readString(output)).isTrue();
        assertThat(maven.exitValue()).as(Files.readString(output)).isZero();
        assertThat(project.resolve("target/classes/com/example/outside/Assistant.class"))
                .exists();
        assertThat(Files.readString(output)).contains("Tests run: 2, Failures: 0, Errors: 0, Skipped: 0");
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

package io.driftaware.deploy.hosted;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.deploy.Eventually;
import io.driftaware.deploy.FreePort;
import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the platforms start, with what they put into the environment, on an empty database. */
final class HostedIT {
    @RegisterExtension
    static final TestDatabase database = TestDatabase.empty();

    @TempDir
    Path folder;

    @BeforeEach
    void empty() {
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    }

    @ParameterizedTest
    @CsvSource({
        // As heroku-postgresql sets it.
        "postgres://,''",
        // As Render's connectionString and Railway's DATABASE_URL.
        "postgresql://,''",
        // As other hosted databases give it.
        "postgresql://,sslmode=prefer"
    })
    void the_image_comes_up_ready_on_port_and_database_url(String scheme, String parameters) throws Exception {
        int port = FreePort.find();
        Map<String, String> environment = new HashMap<>();
        environment.put("PORT", Integer.toString(port));
        environment.put("DATABASE_URL", databaseUrl(scheme, parameters));
        environment.put("DRIFT_PGVECTOR", database.hasPgvector() ? "on" : "off");
        // What the platforms set besides, which must not matter.
        environment.put("DYNO", "web.1");
        environment.put("RENDER", "true");
        environment.put("RAILWAY_ENVIRONMENT", "production");

        try (Program monitor = Program.start(folder.resolve("log"), environment, Program.runner(command()))) {
            Eventually.holds(() ->
                    assertThat(status(port, "/readyz")).as(monitor.output()).isEqualTo(200));
            assertThat(status(port, "/livez")).isEqualTo(200);
            assertThat(monitor.output()).doesNotContain(":" + database.password() + "@");
            monitor.terminate();
            assertThat(monitor.exitCode()).as(monitor.output()).isZero();
        }
        assertThat(database.count("SELECT count(*) FROM drift_schema")).isPositive();
    }

    @Test
    void without_a_database_it_says_so_and_ends() throws Exception {
        try (Program monitor = Program.start(folder.resolve("log"), Map.of("PORT", "0"), Program.runner(command()))) {
            assertThat(monitor.exitCode()).isEqualTo(2);
            assertThat(monitor.output()).contains("DATABASE_URL");
        }
    }

    /** The default command of the image: no platform sets another. */
    private static String[] command() throws IOException {
        Matcher command = Pattern.compile("(?m)^CMD (\\[.*])$").matcher(Project.text("Dockerfile"));
        assertThat(command.find()).isTrue();
        return Project.JSON.readValue(command.group(1), String[].class);
    }

    private static String databaseUrl(String scheme, String parameters) {
        String url = scheme + database.url().substring(database.url().indexOf("://") + "://".length());
        if (parameters.isEmpty()) {
            return url;
        }
        return url + (url.contains("?") ? "&" : "?") + parameters;
    }

    private static int status(int port, String page) throws InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + port + page);
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }
}

package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo in this process, with less traffic than it logs by default. */
class DemoTest {
    private static final int DRIFT = 3;

    @TempDir
    static Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void without_drift_it_reports_none_and_finds_its_data_again() {
        assertThat(run("--scenario", "baseline")).as(printed()).isZero();
        assertThat(printed())
                .contains("No drift.", "1,200 interactions 30 to 37 days ago, 1,400 in the last 7 days", "0 dropped")
                .containsPattern("OK +query embeddings +at least [0-9.]+ % are not as before, threshold 1\\.0 %")
                .containsPattern("OK +refusals +[0-4]\\.[0-9] % of replies, threshold 5\\.0 %; before: 2\\.0 %")
                .containsPattern("INSUFFICIENT +response embeddings")
                .doesNotContain("DRIFT", "What has drifted");
        printed.reset();

        assertThat(run("--scenario", "baseline")).isZero();
        assertThat(printed())
                .contains("found again", "nothing is logged twice", ", 1,200 of the baseline", "No drift.")
                .doesNotContain("logging");
    }

    @Test
    void with_drift_it_says_where_and_shows_queries() {
        assertThat(run("--scenario", "drift")).as(printed()).isEqualTo(DRIFT);

        assertThat(printed())
                .containsPattern("DRIFT +refusals +[0-9.]+ % of replies")
                .containsPattern("DRIFT +query embeddings +at least [0-9.]+ % are not as before")
                .contains("DRIFT in refusals: episode", "DRIFT in query embeddings: episode")
                .contains("new, 280 of 1,400: car charging", "refused, 126 of 1,400");
        List<Topic> newTopics = Corpus.load().newTopics();
        List<String> newQueries =
                newTopics.stream().flatMap(topic -> topic.queries().stream()).toList();
        // Some of the usual queries are novel too, one in twenty, and may make a small group or join one.
        List<List<String>> groups = groupsOfNovelQueries();
        assertThat(newQueries).as("all new queries").containsAll(groups.get(0));
        assertThat(newTopics).allSatisfy(topic -> assertThat(groups)
                .as("groups about %s", topic.title())
                .anySatisfy(group ->
                        assertThat(group).filteredOn(topic.queries()::contains).hasSizeGreaterThanOrEqualTo(2)));
    }

    @Test
    void a_port_in_use_is_one_line_with_the_remedy() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int exitCode = run("--port", Integer.toString(taken.getLocalPort()));

            assertThat(exitCode).isEqualTo(1);
            assertThat(errors.toString(StandardCharsets.UTF_8))
                    .hasLineCount(1)
                    .contains("port " + taken.getLocalPort() + " is in use", "--port N");
            assertThat(printed()).isEmpty();
        }
    }

    @Test
    void a_scenario_or_a_port_that_does_not_exist_is_a_usage_error() {
        assertThat(exitCodeOf("--scenario", "hurricane")).isEqualTo(2);
        assertThat(exitCodeOf("--port", "70000")).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("hurricane", "70000");
    }

    private int run(String... arguments) {
        DemoOptions options = new DemoOptions(parsed -> {
            parsed.once = true;
            parsed.folder = folder;
            parsed.baselineSize = 1_200;
            parsed.recentSize = 1_400;
            PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
            return new Demo(parsed, new Screen(out, false, false), InstantSource.system()).run(new PrintStream(errors));
        });
        String[] withPort = new String[arguments.length + 2];
        withPort[0] = "--port";
        withPort[1] = "0";
        System.arraycopy(arguments, 0, withPort, 2, arguments.length);
        return new CommandLine(options)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .execute(withPort);
    }

    private int exitCodeOf(String... arguments) {
        return new CommandLine(new DemoOptions(parsed -> 0))
                .setErr(new PrintWriter(errors, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    /** The queries under each line that says what is new, as the monitor found it; the largest group first. */
    private List<List<String>> groupsOfNovelQueries() {
        List<List<String>> groups = new ArrayList<>();
        String explanation =
                printed().split("What has drifted in query embeddings")[1].split("Some of the queries")[0];
        for (String line : explanation.split("\n")) {
            if (line.startsWith("  new, ")) {
                groups.add(new ArrayList<>());
            } else if (line.startsWith("    ") && !groups.isEmpty()) {
                groups.get(groups.size() - 1).add(line.strip());
            } else if (line.contains(" than before, ")) {
                break;
            }
        }
        return groups;
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}

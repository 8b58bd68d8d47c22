package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a program, with everything it logs by default. */
class DemoProcessTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern ADDRESS =
            Pattern.compile("metrics +(http://localhost:\\d+/metrics)\\R.*database", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void it_serves_metrics_until_it_is_killed_and_the_next_start_finds_its_data_again() throws Exception {
        Path firstOutput = folder.resolve("first.txt");
        Process first = start(firstOutput);
        try {
            String metrics = get(awaitAddress(first, firstOutput));
            assertThat(metrics).contains("refusal_rate 0.09", "drift_state");
            assertThat(metrics).containsPattern("(?m)^embedding_drift_score 0\\.0");
        } finally {
            first.destroyForcibly();
        }
        assertThat(first.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(firstOutput).content().contains("2,400 interactions", "2,000 in the last 7 days", "0 dropped");

        Path secondOutput = folder.resolve("second.txt");
        Process second = start(secondOutput, "--once");
        try {
            assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            second.destroyForcibly();
        }
        assertThat(secondOutput)
                .content()
                .contains(
                        "found again",
                        ", 2,400 of the baseline",
                        "DRIFT in refusals: episode",
                        "DRIFT in query embeddings: episode");
        assertThat(second.exitValue()).isEqualTo(3);
    }

    private Process start(Path output, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName(),
                "--port",
                "0",
                "--folder",
                folder.resolve("demo").toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static URI awaitAddress(Process process, Path output) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(deadline)) {
            String text = Files.readString(output);
            Matcher address = ADDRESS.matcher(text);
            if (address.find()) {
                return URI.create(address.group(1));
            }
            if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "the demo ended with " + process.exitValue() + ":\n" + Files.readString(output));
            }
        }
        throw new AssertionError("the demo is not up after " + PATIENCE + ":\n" + Files.readString(output));
    }

    private static String get(URI address) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}

package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of the compose file as plain processes, and its files with other addresses and a faster clock. */
final class Scene {
    static final int DIMENSION = 64;

    /** In each of the two periods: enough for a baseline at the first check, and for evidence in the days after it. */
    private static final String INTERACTIONS = "1500";

    private static final Pattern WAITS = Pattern.compile("(?m)^( +)(for|keep_firing_for): (\\S+)$");
    private static final Pattern GROUP_INTERVAL = Pattern.compile("(?m)^ +interval: \\S+\\R");

    private final Path folder;
    private final TestDatabase database;

    Scene(Path folder, TestDatabase database) {
        this.folder = folder;
        this.database = database;
    }

    /** The monitor, with a check every 5 s. */
    Program monitor(int port) {
        return Program.start(
                folder.resolve("monitor.log"),
                Map.of(
                        "DATABASE_URL",
                        database.url(),
                        "EMBEDDING_DIM",
                        Integer.toString(DIMENSION),
                        // 8 % refusals are proven beyond it whatever hour it is; 3 % toxicity are not beyond its 2 %.
                        "REFUSAL_RATE_THRESHOLD",
                        "0.03",
                        "DRIFT_BIND",
                        "127.0.0.1",
                        "CHECK_INTERVAL_SECONDS",
                        "5",
                        "PROMETHEUS_PORT",
                        Integer.toString(port)),
                Program.runner("run"));
    }

    /** Replaces the traffic by that of a scenario of the sample data. */
    void traffic(String scenario) throws InterruptedException {
        try (Program generator = Program.start(
                folder.resolve("sample-data.log"),
                Map.of("DATABASE_URL", database.url(), "EMBEDDING_DIM", Integer.toString(DIMENSION)),
                Program.sampleData("--clean", "--scenario", scenario, "--interactions", INTERACTIONS))) {
            assertThat(generator.exitCode()).as(generator.output()).isZero();
        }
        // Each row is counted once, and what was counted outlives the row: the monitor begins anew.
        database.execute(
                """
                TRUNCATE drift_profiles, drift_scored_profiles, drift_baselines, drift_evidence, drift_checkpoints,
                    drift_feedback_state, drift_feedback_changes
                """);
    }

    /**
     * The project's prometheus.yml: scrapes and evaluates every second, alerts wait a second instead of minutes and hours.
     *
     * @param monitorPort where the monitor answers
     * @param appPort where an application answers
     */
    String prometheusConfig(int monitorPort, int appPort) throws IOException {
        Path rules = Files.createDirectories(folder.resolve("rules"));
        for (Path file : Project.files("deploy/prometheus/rules", ".yml")) {
            Files.writeString(rules.resolve(file.getFileName()), faster(Project.text(file)));
        }
        Path apps = Files.createDirectories(folder.resolve("apps"));
        Files.writeString(apps.resolve("shop.yml"), "- targets: ['127.0.0.1:" + appPort + "']\n");
        String config = Project.text("deploy/prometheus/prometheus.yml");
        config = replaced(config, "scrape_interval: 15s", "scrape_interval: 1s");
        config = replaced(config, "evaluation_interval: 15s", "evaluation_interval: 1s");
        config = replaced(config, "/etc/prometheus/rules/*.yml", rules + "/*.yml");
        config = replaced(config, "/etc/prometheus/apps/*.yml", apps + "/*.yml");
        config = replaced(config, "alertmanager:9093", "127.0.0.1:9");
        config = replaced(config, "runner:8000", "127.0.0.1:" + monitorPort);
        return replaced(config, "localhost:9090", "PROMETHEUS_ADDRESS");
    }

    private static String faster(String rules) {
        return GROUP_INTERVAL
                .matcher(WAITS.matcher(rules).replaceAll(Scene::aSecond))
                .replaceAll("");
    }

    private static String aSecond(MatchResult wait) {
        return Matcher.quoteReplacement(wait.group(1) + wait.group(2) + ": 1s");
    }

    private static String replaced(String text, String old, String now) {
        assertThat(text).containsOnlyOnce(old);
        return text.replace(old, now);
    }
}

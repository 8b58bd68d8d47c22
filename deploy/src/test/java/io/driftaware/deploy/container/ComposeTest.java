package io.driftaware.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.testdb.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That everything docker-compose.yml names is there and fits; {@link ContainerIT} runs its own programs. */
final class ComposeTest {
    private final ComposeFile compose = ComposeFile.read(Map.of());

    @TempDir
    Path folder;

    /** docker-compose of Debian is the older program in Python: what it takes, the newer ones take too. */
    @Test
    void a_compose_program_resolves_it_to_the_same() throws Exception {
        Path tool = Tool.require("docker-compose", "Debian's package docker-compose");
        Path file = Project.path("docker-compose.yml");
        try (Program config = Program.start(
                folder.resolve("log"), Map.of(), List.of(tool.toString(), "--file", file.toString(), "config"))) {
            assertThat(config.exitCode()).as(config.output()).isZero();
            JsonNode resolved = Project.parsedYaml(config.output(), "docker-compose config");

            assertThat(resolved.get("services").propertyStream().map(Map.Entry::getKey))
                    .containsExactlyInAnyOrderElementsOf(compose.services().keySet());
            compose.services().forEach((name, ours) -> {
                JsonNode theirs = resolved.at("/services/" + name);
                for (String list : List.of("command", "entrypoint", "cap_drop", "security_opt", "tmpfs")) {
                    assertThat(ComposeFile.words(theirs.path(list)))
                            .as(name + " " + list)
                            .isEqualTo(ComposeFile.words(ours.path(list)));
                }
                assertThat(theirs.path("environment").propertyStream())
                        .as(name + " environment")
                        .allMatch(variable -> compose.environment(name)
                                .get(variable.getKey())
                                .equals(variable.getValue().asText()));
                assertThat(theirs.path("environment"))
                        .hasSameSizeAs(compose.environment(name).keySet());
            });
        }
    }

    @Test
    void it_starts_everything_that_a_newcomer_needs() {
        assertThat(compose.services())
                .containsOnlyKeys("secrets", "db", "runner", "demo", "prometheus", "alertmanager", "grafana");
    }

    @Test
    void every_mount_is_a_file_of_the_project_or_a_declared_volume() {
        Set<String> volumes = new TreeSet<>();
        compose.services().keySet().forEach(service -> compose.mounts(service).forEach((place, source) -> {
            if (source.startsWith("./")) {
                assertThat(Project.path(source)).as(service + " " + place).exists();
            } else {
                volumes.add(source);
            }
        }));
        assertThat(volumes)
                .containsExactlyElementsOf(new TreeSet<>(compose.json()
                        .get("volumes")
                        .propertyStream()
                        .map(Map.Entry::getKey)
                        .toList()));
    }

    @Test
    void what_a_service_waits_for_can_happen() {
        compose.services().forEach((name, service) -> service.path("depends_on")
                .properties()
                .forEach(dependency -> {
                    JsonNode other = compose.service(dependency.getKey());
                    assertThat(other.isMissingNode()).as(dependency.getKey()).isFalse();
                    switch (dependency.getValue().get("condition").asText()) {
                        case "service_completed_successfully" ->
                            assertThat(other.has("restart")).isFalse();
                        case "service_healthy" ->
                            assertThat(other.has("healthcheck") || other.has("build"))
                                    .isTrue();
                        case "service_started" -> {}
                        default -> throw new AssertionError(name + " waits for " + dependency);
                    }
                }));
    }

    @Test
    void ports_are_open_to_this_machine_alone() {
        compose.services().forEach((name, service) -> assertThat(ComposeFile.words(service.path("ports")))
                .as(name)
                .allMatch(port -> port.matches("127\\.0\\.0\\.1:(\\d+):\\1")));
    }

    @Test
    void nothing_of_our_own_can_write_or_gain_privileges() {
        for (String name : List.of("runner", "demo")) {
            JsonNode service = compose.service(name);
            assertThat(service.get("read_only").asBoolean()).isTrue();
            assertThat(ComposeFile.words(service.get("tmpfs"))).containsExactly("/tmp");
            assertThat(ComposeFile.words(service.get("cap_drop"))).containsExactly("ALL");
            assertThat(ComposeFile.words(service.get("security_opt"))).containsExactly("no-new-privileges:true");
            assertThat(service.get("build").asText()).isEqualTo(".");
        }
    }

    @Test
    void who_stops_the_monitor_gives_it_the_same_time() {
        String seconds = compose.service("runner").get("stop_grace_period").asText();

        assertThat(Project.text("deploy/systemd/drift-monitor.service")).contains("\nTimeoutStopSec=" + seconds + "\n");
        assertThat(Project.yaml("deploy/kubernetes/base/deployment.yaml")
                                .at("/spec/template/spec/terminationGracePeriodSeconds")
                                .asText()
                        + "s")
                .isEqualTo(seconds);
    }

    @Test
    void no_secret_stands_in_the_file() {
        compose.services().keySet().forEach(name -> compose.environment(name).forEach((variable, value) -> {
            if (variable.matches(".*(PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL).*")) {
                assertThat(variable).endsWith("_FILE");
                assertThat(value).startsWith("/run/drift/");
            }
        }));
    }

    @Test
    void the_parts_know_each_other_by_name_and_port() {
        JsonNode prometheus = Project.yaml("deploy/prometheus/prometheus.yml");
        assertThat(prometheus.at("/scrape_configs/0/static_configs/0/targets/0").asText())
                .isEqualTo("runner:8000");
        assertThat(prometheus
                        .at("/alerting/alertmanagers/0/static_configs/0/targets/0")
                        .asText())
                .isEqualTo("alertmanager:9093");
        assertThat(Project.yaml("deploy/grafana/provisioning/datasources/prometheus.yml")
                        .at("/datasources/0/url")
                        .asText())
                .isEqualTo("http://prometheus:9090");
        assertThat(List.of("runner:8000", "alertmanager:9093", "prometheus:9090"))
                .allSatisfy(address -> assertThat(ComposeFile.words(
                                compose.service(address.split(":")[0]).get("ports")))
                        .containsExactly("127.0.0.1:" + address.split(":")[1] + ":" + address.split(":")[1]));
    }

    @Test
    void what_prometheus_and_grafana_read_is_where_they_look() {
        Map<String, String> prometheus = compose.mounts("prometheus");
        assertThat(ComposeFile.words(compose.service("prometheus").get("command")))
                .contains("--config.file=/etc/prometheus/prometheus.yml");
        JsonNode config = Project.yaml("deploy/prometheus/prometheus.yml");
        String rules = config.at("/rule_files/0").asText();
        String apps = config.at("/scrape_configs/1/file_sd_configs/0/files/0").asText();
        assertThat(prometheus).containsKeys(parent(rules), parent(apps));
        assertThat(Project.files(prometheus.get(parent(rules)), ".yml")).isNotEmpty();

        Map<String, String> grafana = compose.mounts("grafana");
        String home = compose.environment("grafana").get("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH");
        assertThat(grafana).containsKeys("/etc/grafana/provisioning", parent(home));
        assertThat(Project.yaml("deploy/grafana/provisioning/dashboards/drift-aware.yml")
                        .at("/providers/0/options/path")
                        .asText())
                .isEqualTo(parent(home));
        assertThat(Project.path(
                        grafana.get(parent(home)) + home.substring(parent(home).length())))
                .exists();
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    @Test
    void a_password_is_made_once_and_its_url_is_one_that_the_monitor_takes() throws Exception {
        List<String> command =
                List.of("bash", Project.path("deploy/container/make-secrets").toString(), folder.toString());
        try (Program first = Program.start(folder.resolve("log"), Map.of(), command)) {
            assertThat(first.exitCode()).as(first.output()).isZero();
        }
        String password = Files.readString(folder.resolve("password"));
        String url = Files.readString(folder.resolve("database_url"));
        assertThat(password).matches("[0-9a-f]{48}");
        assertThat(url).isEqualTo("postgresql://drift:" + password + "@db:5432/drift");
        MonitorConfig config = MonitorConfig.fromEnvironment(
                Map.of("DATABASE_URL_FILE", folder.resolve("database_url").toString()), folder.resolve("no.env"));
        assertThat(config.requiredDatabaseUrl().password()).contains(password);
        assertThat(compose.environment("db"))
                .containsEntry(
                        "POSTGRES_USER", config.requiredDatabaseUrl().user().orElseThrow())
                .containsEntry("POSTGRES_PASSWORD_FILE", "/run/drift/password");

        try (Program second = Program.start(folder.resolve("log"), Map.of(), command)) {
            assertThat(second.exitCode()).as(second.output()).isZero();
        }
        assertThat(Files.readString(folder.resolve("password"))).isEqualTo(password);
    }
}

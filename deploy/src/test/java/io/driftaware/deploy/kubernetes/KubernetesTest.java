package io.driftaware.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftaware.deploy.Project;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of the manifests without a cluster. */
final class KubernetesTest {
    private static final String RULES = "deploy/kubernetes/monitoring/prometheus-rule.yaml";
    private static final Map<String, String> MONITOR = Map.of("app.kubernetes.io/name", "drift-monitor");

    @TempDir
    Path folder;

    @Test
    void two_monitors_run_and_never_both_are_away() throws Exception {
        Manifests base = Manifests.of("deploy/kubernetes/base", folder);
        Deployment deployment = base.the(Deployment.class);

        assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
        assertThat(deployment
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable()
                        .getIntVal())
                .isEqualTo(1);
        assertThat(base.the(PodDisruptionBudget.class)
                        .getSpec()
                        .getMinAvailable()
                        .getIntVal())
                .isEqualTo(1);
        assertThat(List.of(
                        deployment.getSpec().getSelector().getMatchLabels(),
                        deployment.getSpec().getTemplate().getMetadata().getLabels(),
                        base.the(PodDisruptionBudget.class)
                                .getSpec()
                                .getSelector()
                                .getMatchLabels(),
                        base.the(Service.class).getSpec().getSelector(),
                        base.the(Service.class).getMetadata().getLabels()))
                .containsOnly(MONITOR);
    }

    @Test
    void the_container_runs_as_the_image_is_made_and_can_write_nowhere_but_tmp() throws Exception {
        Manifests base = Manifests.of("deploy/kubernetes/base", folder);
        PodSpec pod = base.the(Deployment.class).getSpec().getTemplate().getSpec();
        Container monitor = pod.getContainers().get(0);

        String dockerfile = Project.text("Dockerfile");
        assertThat(dockerfile).contains("CMD [\"" + String.join("\", \"", monitor.getArgs()) + "\"]");
        assertThat(dockerfile)
                .contains("\nUSER " + pod.getSecurityContext().getRunAsUser() + ":"
                        + pod.getSecurityContext().getRunAsGroup() + "\n");
        assertThat(dockerfile).contains("\nEXPOSE " + monitor.getPorts().get(0).getContainerPort() + "\n");
        assertThat(monitor.getImage())
                .isEqualTo("drift-aware-monitor:"
                        + Project.text("pom.xml").split("<version>")[1].split("<")[0]);
        assertThat(monitor.getCommand()).isEmpty();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(monitor.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(monitor.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(monitor.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(monitor.getVolumeMounts()).singleElement().satisfies(mount -> assertThat(mount.getMountPath())
                .isEqualTo("/tmp"));
        assertThat(pod.getVolumes()).singleElement().satisfies(volume -> assertThat(volume.getEmptyDir())
                .isNotNull());
        assertThat(pod.getServiceAccountName())
                .isEqualTo(base.the(ServiceAccount.class).getMetadata().getName());
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    }

    @Test
    void probes_and_ports_are_those_of_the_program() throws Exception {
        Manifests base = Manifests.of("deploy/kubernetes/base", folder);
        Container monitor = base.the(Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);

        assertThat(monitor.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
        assertThat(monitor.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
        String port = monitor.getPorts().get(0).getName();
        assertThat(Stream.of(
                        monitor.getLivenessProbe().getHttpGet().getPort(),
                        monitor.getReadinessProbe().getHttpGet().getPort(),
                        base.the(Service.class).getSpec().getPorts().get(0).getTargetPort()))
                .allMatch(named -> port.equals(named.getStrVal()));
    }

    @Test
    void settings_exist_and_the_secret_is_named_and_not_contained() throws Exception {
        Manifests base = Manifests.of("deploy/kubernetes/base", folder);
        Container monitor = base.the(Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
        ConfigMap settings = base.the(ConfigMap.class);
        String known = Project.text("docs/configuration.md");

        assertThat(monitor.getEnvFrom().get(0).getConfigMapRef().getName())
                .isEqualTo(settings.getMetadata().getName());
        assertThat(settings.getData().keySet()).isNotEmpty().allMatch(name -> known.contains("| `" + name + "` |"));
        EnvVar url = monitor.getEnv().get(0);
        assertThat(monitor.getEnv()).hasSize(1);
        assertThat(url.getName()).isEqualTo("DATABASE_URL");
        assertThat(url.getValue()).isNull();
        assertThat(url.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("url");
        assertThat(base.objects()).extracting(HasMetadata::getKind).doesNotContain("Secret");
    }

    @Test
    void prometheus_finds_the_monitors_under_the_labels_that_the_rules_read() throws Exception {
        Manifests monitoring = Manifests.of("deploy/kubernetes/monitoring", folder);
        ServiceMonitor scrape = monitoring.the(ServiceMonitor.class);

        assertThat(scrape.getSpec().getSelector().getMatchLabels()).isEqualTo(MONITOR);
        assertThat(MONITOR.get(scrape.getSpec().getJobLabel()))
                .isEqualTo(Project.yaml("deploy/prometheus/prometheus.yml")
                        .at("/scrape_configs/0/job_name")
                        .asText());
        assertThat(scrape.getSpec().getEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.getPort()).isEqualTo("http");
            assertThat(endpoint.getRelabelings()).singleElement().satisfies(relabeling -> assertThat(
                            relabeling.getTargetLabel())
                    .isEqualTo("database"));
        });
    }

    @Test
    void the_rules_are_those_of_the_prometheus_folder() throws Exception {
        String rendered = rules();
        if (Boolean.getBoolean("drift.docs.write")) {
            Files.writeString(Project.path(RULES), rendered);
        }

        assertThat(Project.text(RULES))
                .as(RULES + " is out of date; make it again as its head says")
                .isEqualTo(rendered);
        PrometheusRule rule =
                Manifests.of("deploy/kubernetes/monitoring", folder).the(PrometheusRule.class);
        assertThat(rule.getSpec().getGroups()).hasSize(5);
    }

    /** The groups of both files, as text, so that their comments come along. */
    private static String rules() {
        StringBuilder text = new StringBuilder(
                """
                # Made from deploy/prometheus/rules; do not edit. Make it again:
                # mvn -pl deploy -am test -Dtest=KubernetesTest -Dsurefire.failIfNoSpecifiedTests=false -Ddrift.docs.write=true
                apiVersion: monitoring.coreos.com/v1
                kind: PrometheusRule
                metadata:
                  name: drift-monitor
                  labels:
                    app.kubernetes.io/name: drift-monitor
                spec:
                  groups:
                """);
        for (String file : List.of("drift-recording.yml", "drift-alerts.yml")) {
            String rules = Project.text("deploy/prometheus/rules/" + file);
            rules.substring(rules.indexOf("\ngroups:\n") + "\ngroups:\n".length())
                    .lines()
                    .forEach(line ->
                            text.append(line.isEmpty() ? "" : "  ").append(line).append('\n'));
        }
        return text.toString();
    }

    @Test
    void grafana_finds_each_dashboard_in_a_config_map_of_its_own() throws Exception {
        List<ConfigMap> boards =
                Manifests.of("deploy/kubernetes/monitoring", folder).all(ConfigMap.class);

        assertThat(boards).hasSameSizeAs(Project.files("deploy/grafana/dashboards", ".json"));
        assertThat(boards).allSatisfy(board -> {
            assertThat(board.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
            assertThat(board.getData()).hasSize(1).allSatisfy((name, text) -> assertThat(text)
                    .isEqualTo(Project.text("deploy/grafana/dashboards/" + name)));
        });
    }

    @Test
    void a_misspelt_field_would_be_found() throws Exception {
        JsonNode deployment = Project.yaml("deploy/kubernetes/base/deployment.yaml");
        Manifests.parse(deployment);
        ((ObjectNode) deployment.at("/spec/template/spec/containers/0")).put("readynessProbe", "x");

        assertThatThrownBy(() -> Manifests.parse(deployment)).hasMessageContaining("readynessProbe");
    }
}

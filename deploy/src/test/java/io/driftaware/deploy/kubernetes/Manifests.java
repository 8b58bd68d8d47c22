package io.driftaware.deploy.kubernetes;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.testdb.Tool;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** The objects that a kustomization makes. A field that Kubernetes does not know is an error. */
record Manifests(List<HasMetadata> objects) {
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1 ConfigMap", ConfigMap.class,
            "v1 Service", Service.class,
            "v1 ServiceAccount", ServiceAccount.class,
            "apps/v1 Deployment", Deployment.class,
            "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
            "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class,
            "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class);

    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                /** The models take every unknown field in; here it has to be refused. */
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            })
            .build();

    /** @param folder of the project, with a kustomization.yaml */
    static Manifests of(String folder, Path temporary) throws Exception {
        Path kubectl = Tool.require("kubectl", "the Kubernetes project");
        Path output = temporary.resolve("manifests.yaml");
        try (Program kustomize = Program.start(
                output,
                Map.of("HOME", temporary.toString()),
                List.of(kubectl.toString(), "kustomize", Project.path(folder).toString()))) {
            if (kustomize.exitCode() != 0) {
                throw new AssertionError(kustomize.output());
            }
        }
        List<HasMetadata> objects = new ArrayList<>();
        for (Object document : new Yaml().loadAll(Project.text(output))) {
            objects.add(parse(Project.JSON.valueToTree(document)));
        }
        return new Manifests(objects);
    }

    static HasMetadata parse(JsonNode object) throws Exception {
        String kind =
                object.get("apiVersion").asText() + " " + object.get("kind").asText();
        if (!KINDS.containsKey(kind)) {
            throw new AssertionError("no model for " + kind);
        }
        return STRICT.treeToValue(object, KINDS.get(kind));
    }

    <T extends HasMetadata> T the(Class<T> kind) {
        List<T> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " of " + kind.getSimpleName());
        }
        return found.get(0);
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}

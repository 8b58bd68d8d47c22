package io.driftaware.deploy.hosted;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The descriptors name what there is, in the keys that their platforms document. {@link HostedIT} runs what they start. */
final class HostedTest {
    private static final Pattern PROPERTY = Pattern.compile("<project\\.repository>(.*)</project\\.repository>");
    private static final Pattern ADDRESS = Pattern.compile("https://github\\.com/[\\w.-]+/drift-aware-java");

    private static String repository() {
        Matcher property = PROPERTY.matcher(Project.text("pom.xml"));
        assertThat(property.find()).isTrue();
        return property.group(1);
    }

    private static Set<String> keys(JsonNode object) {
        Set<String> keys = new TreeSet<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static void assertSettings(Set<String> names) {
        String known = Project.text("docs/configuration.md");
        assertThat(names).allMatch(name -> known.contains("| `" + name + "` |"));
    }

    private static void assertPage(JsonNode path) {
        assertThat(Project.text("docs/operations.md")).contains("| `" + path.asText() + "` |");
    }

    @Test
    void railway_builds_the_dockerfile_and_leaves_its_entrypoint_alone() {
        JsonNode railway = Project.json("railway.json");

        assertThat(railway.get("$schema").asText()).isEqualTo("https://railway.com/railway.schema.json");
        assertThat(keys(railway)).containsExactly("$schema", "build", "deploy");
        assertThat(railway.at("/build/builder").asText()).isEqualTo("DOCKERFILE");
        assertThat(Project.path(railway.at("/build/dockerfilePath").asText())).exists();
        // A startCommand would take the place of the image's entrypoint.
        assertThat(keys(railway.get("deploy")))
                .containsExactly(
                        "healthcheckPath", "healthcheckTimeout", "restartPolicyMaxRetries", "restartPolicyType");
        assertThat(railway.at("/deploy/restartPolicyType").asText()).isEqualTo("ON_FAILURE");
        assertPage(railway.at("/deploy/healthcheckPath"));
    }

    @Test
    void render_builds_the_dockerfile_and_gives_it_the_database_that_it_makes() {
        JsonNode render = Project.yaml("render.yaml");
        JsonNode service = render.at("/services/0");

        assertThat(keys(render)).containsExactly("databases", "services");
        assertThat(keys(service))
                .containsExactly(
                        "dockerContext",
                        "dockerfilePath",
                        "envVars",
                        "healthCheckPath",
                        "name",
                        "plan",
                        "runtime",
                        "type");
        assertThat(service.get("type").asText()).isEqualTo("web");
        assertThat(service.get("runtime").asText()).isEqualTo("docker");
        assertThat(Project.path(service.get("dockerfilePath").asText())).exists();
        assertPage(service.get("healthCheckPath"));
        JsonNode url = service.at("/envVars/0");
        assertSettings(Set.of(url.get("key").asText()));
        assertThat(url.at("/fromDatabase/property").asText()).isEqualTo("connectionString");
        assertThat(url.at("/fromDatabase/name").asText())
                .isEqualTo(render.at("/databases/0/name").asText());
        assertThat(render.at("/databases/0/ipAllowList").isEmpty()).isTrue();
    }

    @Test
    void heroku_builds_the_dockerfile_on_its_container_stack_with_a_database() {
        JsonNode manifest = Project.yaml("heroku.yml");
        JsonNode app = Project.json("app.json");

        assertThat(keys(manifest)).containsExactly("build");
        assertThat(Project.path(manifest.at("/build/docker/web").asText())).exists();
        assertThat(keys(app))
                .containsExactly(
                        "addons", "description", "env", "formation", "keywords", "name", "repository", "stack");
        assertThat(app.get("stack").asText()).isEqualTo("container");
        assertThat(app.at("/addons/0/plan").asText()).startsWith("heroku-postgresql:");
        assertThat(keys(app.get("formation"))).containsExactly("web");
        assertSettings(keys(app.get("env")));
        assertThat(app.get("env"))
                .allSatisfy(setting ->
                        assertThat(setting.get("description").asText()).endsWith("."));
    }

    /** Railway refuses a cache mount whose id does not begin with that of its service; builders before BuildKit any. */
    @Test
    void every_builder_can_read_the_dockerfile() {
        assertThat(Project.text("Dockerfile")).doesNotContain("--mount", "# syntax", "<<");
    }

    @Test
    void no_descriptor_holds_a_secret_or_a_default_for_one() {
        for (String file : List.of("railway.json", "render.yaml", "app.json", "heroku.yml", "docker-compose.yml")) {
            assertThat(Project.text(file)).as(file).doesNotContainPattern("postgres(ql)?://");
        }
        assertThat(keys(Project.json("app.json").get("env"))).noneMatch(HostedTest::isSecret);
        Project.yaml("render.yaml").at("/services/0/envVars").forEach(variable -> assertThat(variable.has("value"))
                .as(variable.get("key").asText())
                .isEqualTo(!isSecret(variable.get("key").asText())));
    }

    private static boolean isSecret(String setting) {
        return Project.text("docs/configuration.md")
                .lines()
                .anyMatch(line -> line.startsWith("| `" + setting + "` |") && line.contains("Secret: also as"));
    }

    @Test
    void the_buttons_deploy_this_repository() {
        String readme = Project.text("README.md");

        assertThat(readme)
                .contains("https://render.com/deploy?repo=" + repository())
                .contains("https://www.heroku.com/deploy?template=" + repository());
        assertThat(Project.json("app.json").get("repository").asText()).isEqualTo(repository());
    }

    @Test
    void the_address_of_the_project_is_the_same_wherever_it_stands() throws IOException {
        List<String> others = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Project.path("."))) {
            for (Path file : files.filter(HostedTest::isSource).toList()) {
                Matcher address = ADDRESS.matcher(Project.text(file));
                while (address.find()) {
                    if (!address.group().equals(repository())) {
                        others.add(file + ": " + address.group());
                    }
                }
            }
        }
        assertThat(others)
                .as("addresses other than the property project.repository of pom.xml")
                .isEmpty();
    }

    private static boolean isSource(Path file) {
        String path = Project.path(".").relativize(file).toString();
        return Files.isRegularFile(file)
                && path.matches(".*\\.(md|yml|yaml|json|xml|java|service)|Dockerfile")
                && !path.matches("(.*/)?(target|\\.git|\\.drift)/.*");
    }

    @Test
    void deploy_md_leads_to_every_file_that_it_speaks_of() {
        String page = Project.text("deploy.md");
        List<String> links = new ArrayList<>();
        Matcher link = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)").matcher(page);
        while (link.find()) {
            links.add(link.group(1));
        }

        assertThat(links).hasSizeGreaterThan(5).allSatisfy(target -> assertThat(Project.path(target))
                .exists());
        assertThat(Map.of(
                        "railway.json", "Railway",
                        "render.yaml", "Render",
                        "heroku.yml", "Heroku",
                        "docker-compose.yml", "Docker Compose"))
                .allSatisfy((file, section) -> assertThat(page).contains(file, "## " + section));
    }
}

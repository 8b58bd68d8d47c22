package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.action.ActionContext;
import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.action.DriftActionProvider;
import io.driftaware.testdb.TestDatabase;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ActionChoiceTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    @TempDir
    Path folder;

    /** Found by ServiceLoader. */
    public static final class Named implements DriftActionProvider {
        @Override
        public String name() {
            return "provided-for-test";
        }

        @Override
        public DriftAction create(ActionContext context) {
            String queue = context.settings().getOrDefault("MY_TICKET_QUEUE", "none");
            if (queue.isBlank()) {
                throw new IllegalArgumentException("MY_TICKET_QUEUE is empty: name the queue");
            }
            return new Told(name(), queue);
        }
    }

    private record Told(String name, String queue) implements DriftAction {
        @Override
        public ActionResult run(ActionRequest request) {
            return new ActionResult.Succeeded(queue);
        }
    }

    private MonitorConfig config(Map<String, String> environment) {
        return MonitorConfig.fromEnvironment(environment, folder.resolve(".env"));
    }

    private static List<DriftAction> choose(MonitorConfig config) {
        return ActionChoice.choose(config, List.of(), db.dataSource(), InstantSource.system());
    }

    @Test
    void an_action_on_the_class_path_is_made_when_it_is_named_and_gets_its_settings() {
        MonitorConfig config = config(Map.of("DRIFT_ACTIONS", "log,provided-for-test", "MY_TICKET_QUEUE", "ops"));

        assertThat(choose(config)).last().isEqualTo(new Told("provided-for-test", "ops"));
    }

    @Test
    void an_action_on_the_class_path_that_nobody_named_is_not_made() {
        assertThat(choose(config(Map.of()))).extracting(DriftAction::name).containsExactly("log");
    }

    @Test
    void a_name_that_nobody_provides_is_refused() {
        assertThatThrownBy(() -> config(Map.of("DRIFT_ACTIONS", "nobody-provides")))
                .hasMessageContaining("nobody-provides");
    }

    @Test
    void what_an_action_finds_wrong_with_its_settings_is_told_like_any_other_setting() {
        MonitorConfig config = config(Map.of("DRIFT_ACTIONS", "provided-for-test", "MY_TICKET_QUEUE", " "));

        assertThatThrownBy(() -> choose(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("MY_TICKET_QUEUE is empty: name the queue");
    }

    @Test
    void the_context_prints_no_setting() {
        ActionContext context =
                new ActionContext(Map.of("A_TOKEN", "planted-secret"), db.dataSource(), InstantSource.system());

        assertThat(context.toString()).doesNotContain("planted-secret");
        assertThat(config(Map.of("A_TOKEN", "planted-secret")).toString()).doesNotContain("planted-secret");
    }
}

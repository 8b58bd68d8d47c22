package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.runner.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real child processes: those of a POSIX shell, which the operator's list names and the action never adds. */
@DisabledOnOs(OS.WINDOWS)
class CommandActionTest {
    private static final ActionRequest REQUEST = new ActionRequest(
            "reindex", "embedding_drift", new UUID(0, 42), 3, "{\"kind\": \"reindex\", \"text\": \"é\"}");
    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    Path folder;

    private CommandAction shell(String script, String... arguments) {
        return shell(LONG, false, script, arguments);
    }

    private CommandAction shell(Duration limit, boolean repeatable, String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        return new CommandAction(
                command,
                Map.of("PATH", "/usr/bin:/bin", "FOLDER", folder.toString()),
                limit,
                repeatable,
                new SafeText(List.of("planted-secret")));
    }

    private String written(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private ProcessHandle written(Path file) throws Exception {
        Eventually.isTrue(
                "the process has said its number",
                () -> !written(file.getFileName().toString()).isEmpty());
        return ProcessHandle.of(Long.parseLong(written(file.getFileName().toString())))
                .orElse(null);
    }

    @Test
    void the_program_gets_key_attempt_and_payload_on_its_input() throws Exception {
        assertThat(shell("cat > $FOLDER/in; echo '12 documents'").run(REQUEST))
                .isEqualTo(new ActionResult.Succeeded("12 documents"));

        assertThat(written("in"))
                .isEqualTo(
                        "{\"idempotency_key\":\"00000000-0000-0000-0000-00000000002a\",\"attempt\":3,\"kind\":\"reindex\","
                                + "\"reason\":\"embedding_drift\",\"request\":{\"kind\": \"reindex\", \"text\": \"é\"}}");
    }

    @Test
    void arguments_reach_the_program_as_they_stand_in_the_list() throws Exception {
        String nasty = "a b; touch $FOLDER/hurt $(touch $FOLDER/hurt) `touch hurt` > x | \"'\\ *";
        shell("printf '%s' \"$1\" > $FOLDER/argument", nasty).run(REQUEST);

        assertThat(written("argument")).isEqualTo(nasty);
        assertThat(folder.resolve("hurt")).doesNotExist();
    }

    @Test
    void exit_codes_say_what_came_of_it() throws Exception {
        assertThat(shell("exit 0").run(REQUEST)).isEqualTo(new ActionResult.Succeeded(""));
        assertThat(shell("echo later >&2; exit 75").run(REQUEST))
                .isEqualTo(new ActionResult.TryAgain("the command cannot do it now, exit code 75: later"));
        assertThat(shell("echo 3 of 12 batches; exit 79").run(REQUEST))
                .isEqualTo(new ActionResult.Running("3 of 12 batches", Duration.ofMinutes(1)));
        assertThat(shell("echo first; echo no such index; exit 1").run(REQUEST))
                .isEqualTo(new ActionResult.Failed("the command failed, exit code 1: no such index"));
        assertThat(shell("kill -9 $$").run(REQUEST))
                .isEqualTo(new ActionResult.Failed("the command failed, exit code 137"));
    }

    @Test
    void a_call_out_of_time_is_killed_with_all_that_it_started_and_its_outcome_is_unknown() throws Exception {
        CommandAction action = shell(
                Duration.ofSeconds(2),
                false,
                "trap '' TERM; (trap '' TERM; sleep 600 & echo $! > $FOLDER/grandchild; wait) & echo $! > $FOLDER/child;"
                        + " wait");
        ActionResult result = action.run(REQUEST);

        assertThat(result).isEqualTo(new ActionResult.Unknown("the command did not end within 2 s and was killed"));
        for (String name : List.of("child", "grandchild")) {
            ProcessHandle process = written(folder.resolve(name));
            Eventually.isTrue(name + " is gone", () -> process == null || !process.isAlive());
        }
    }

    @Test
    void a_call_out_of_time_is_made_again_if_the_program_acts_once_per_key() throws Exception {
        assertThat(shell(Duration.ofMillis(200), true, "sleep 600").run(REQUEST))
                .isInstanceOf(ActionResult.TryAgain.class);
    }

    @Test
    void an_interrupt_kills_all_of_it() throws Exception {
        CommandAction action = shell("sleep 600 & echo $! > $FOLDER/child; wait");
        Thread thread = new Thread(() -> {
            try {
                action.run(REQUEST);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        ProcessHandle child = written(folder.resolve("child"));
        assertThat(child).isNotNull();
        thread.interrupt();
        thread.join();

        Eventually.isTrue("the child is gone", () -> !child.isAlive());
    }

    @Test
    void a_program_that_says_no_end_of_things_and_reads_nothing_does_not_fill_the_memory_or_block() throws Exception {
        ActionRequest large = new ActionRequest("reindex", "r", new UUID(0, 1), 1, "\"" + "x".repeat(1 << 20) + "\"");
        ActionResult result = shell(
                        "i=0; while [ $i -lt 20000 ]; do echo 'a line of output that nobody wants'; i=$((i+1)); done; echo end")
                .run(large);

        assertThat(result).isEqualTo(new ActionResult.Succeeded("end"));
    }

    @Test
    void a_process_that_is_left_behind_with_the_pipe_open_is_not_waited_for() throws Exception {
        ActionResult result =
                shell("sleep 20 & echo $! > $FOLDER/left; echo done").run(REQUEST);

        assertThat(result).isEqualTo(new ActionResult.Succeeded("done"));
        ProcessHandle left = written(folder.resolve("left"));
        assertThat(left.isAlive()).as("it did not wait for it to end").isTrue();
        left.destroyForcibly();
    }

    @Test
    void what_the_program_says_is_one_short_line_without_secrets() throws Exception {
        String said = "planted-secret password=hunter2 https://me:pw@host/ Bearer abc123 ghp_0123456789abcdef";
        String text = shell("printf '%s\\033[31m\\n\\n' \"$1\"; printf '%s' \"$2\"", said, "x ".repeat(500))
                .run(REQUEST)
                .toString();

        assertThat(text).contains("x x x").hasSizeLessThan(300);
        assertThat(shell("printf '%s\\033[31m\\n\\n' \"$1\"", said).run(REQUEST))
                .isEqualTo(new ActionResult.Succeeded("*** password=*** https://***@host/ Bearer *** *** [31m"));
    }

    @Test
    void the_environment_is_what_was_given_and_nothing_else() throws Exception {
        shell("env > $FOLDER/env").run(REQUEST);

        assertThat(written("env").lines().map(line -> line.replaceFirst("=.*", "")))
                .contains("PATH", "FOLDER")
                .isSubsetOf("PATH", "FOLDER", "PWD", "OLDPWD", "SHLVL", "_");
    }

    @Test
    void a_program_that_is_not_there_fails_at_once() throws Exception {
        assertThat(new CommandAction(
                                List.of(folder.resolve("nobody").toString(), "hidden"),
                                Map.of(),
                                LONG,
                                false,
                                new SafeText(List.of()))
                        .run(REQUEST))
                .isEqualTo(new ActionResult.Failed(
                        "the program of DRIFT_COMMAND is not there, or may not be run by this user"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rm -rf hidden",
                "[]",
                "[\"\"]",
                "[\"a\", 1]",
                "[\"a\"] hidden",
                "[\"a\", [\"b\"]]",
                "[\"a\"",
                "{\"a\": \"hidden\"}",
                "[\"a\", \"\\u0000\"]"
            })
    void what_is_no_list_of_texts_is_refused_without_showing_it(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandAction.arguments(wrong))
                .withMessageContaining("JSON array")
                .withMessageNotContaining("hidden");
    }

    @Test
    void the_provider_hands_on_what_was_named_and_no_secret() throws Exception {
        DriftAction action = new CommandAction.Provider()
                .create(new ActionContext(
                        Map.of(
                                "DRIFT_COMMAND", "[\"/bin/sh\", \"-c\", \"env > " + folder.resolve("env") + "\"]",
                                "DRIFT_COMMAND_ENV", "QUEUE",
                                "QUEUE", "ops",
                                "DATABASE_URL", "postgresql://me:planted-secret@localhost/x",
                                "DRIFT_WEBHOOK_SECRET", "planted-secret"),
                        new org.postgresql.ds.PGSimpleDataSource(),
                        java.time.InstantSource.system()));
        assertThat(action.run(REQUEST)).isInstanceOf(ActionResult.Succeeded.class);

        assertThat(written("env")).contains("QUEUE=ops", "PATH=").doesNotContain("planted", "DATABASE_URL");
        assertThat(action.repeatable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', Running",
        "Failed, Failed",
        "FailureTarget Failed, Failed",
        "SuccessCriteriaMet Complete, Succeeded",
        "Suspended, Running"
    })
    void the_job_of_the_manual_goes_on_until_it_is_done_and_fails_where_the_job_failed(String conditions, String result)
            throws Exception {
        String page =
                Files.readString(Path.of(System.getProperty("drift.root", "..")).resolve("docs/actions.md"));
        Matcher script = Pattern.compile("```sh\n(job=.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(script.find()).isTrue();
        program("jq", "echo 42");
        program("kubectl", "case \"$*\" in *jsonpath*) echo '" + conditions + "' ;; esac");
        CommandAction command = new CommandAction(
                List.of("/bin/sh", "-c", script.group(1)),
                Map.of("PATH", folder + ":/usr/bin:/bin"),
                LONG,
                false,
                new SafeText(List.of()));

        assertThat(command.run(REQUEST).getClass().getSimpleName()).isEqualTo(result);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}

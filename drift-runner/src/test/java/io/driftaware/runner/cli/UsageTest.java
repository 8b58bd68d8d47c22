package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UsageTest {
    @Test
    void help_lists_commands_settings_and_exit_codes() {
        CommandLineRun run = CommandLineRun.of(Map.of(), "--help");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        "run",
                        "check",
                        "init-db",
                        "erase-user",
                        "doctor",
                        "health",
                        "--database-url",
                        "--check-interval-seconds",
                        "--set")
                .contains("default 900", "Exit codes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "check",
                "init-db",
                "baseline",
                "backfill",
                "backtest",
                "report",
                "erase-user",
                "doctor",
                "health"
            })
    void each_command_has_a_short_help(String command) {
        CommandLineRun run = CommandLineRun.of(Map.of(), command, "--help");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("Usage: drift-runner " + command)
                .hasLineCount(run.out().split("\n").length);
        assertThat(run.out()).doesNotContain("--embedding-dim");
    }

    @Test
    void the_version_is_told() {
        CommandLineRun run = CommandLineRun.of(Map.of(), "--version");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("drift-runner ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chek                          | 'chek' is no command; did you mean check? (--help shows",
                "zzz                           | 'zzz' is no command (--help shows",
                "check now                     | Unmatched argument at index 1: 'now'",
                "check --att                   | Unknown option: '--att'; did you mean --at?",
                "check --at yesterday          | 'yesterday' is no time; write 2026-11-22T12:00:00Z",
                "check --set LOG_LEVEL         | --set takes NAME=VALUE",
                "check --env-file no-such-file | --env-file no-such-file: there is no such file",
                "--init-db check               | --init-db belongs behind run",
                "check --embedding-dim many    | EMBEDDING_DIM=many (command line) is not a whole number",
                "check --set EMBEDING_DIM=1    | EMBEDING_DIM (command line) is not a setting; the nearest are EMBEDDING_DIM",
                "check                         | DATABASE_URL is not set; set it to postgresql://",
                "doctor                        | DATABASE_URL is not set; set it to postgresql://",
                "init-db                       | DATABASE_URL is not set; set it to postgresql://",
                "erase-user                    | Missing required option: '--user=ID'",
                "erase-user --user u           | DATABASE_URL is not set; set it to postgresql://",
                "run                           | DATABASE_URL is not set; set it to postgresql://",
            })
    void a_wrong_call_is_one_line_and_exit_code_2(String line, String message) {
        CommandLineRun run = CommandLineRun.of(Map.of(), line.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("drift-runner: ").contains(message).hasLineCount(1);
    }

    @Test
    void every_problem_of_the_configuration_has_a_line() {
        CommandLineRun run = CommandLineRun.of(
                Map.of("EMBEDDING_DIM", "x", "DRIFT_WINDOW", "7"), "--refusal-rate-threshold", "2", "check");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(3).allMatch(line -> line.startsWith("drift-runner: "));
    }

    @Test
    void options_before_and_behind_the_command_are_both_read() {
        CommandLineRun run = CommandLineRun.of(Map.of(), "--embedding-dim=a", "check", "--drift-min-samples", "b");

        assertThat(run.err()).contains("EMBEDDING_DIM=a (command line)", "DRIFT_MIN_SAMPLES=b (command line)");
    }
}

package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.policy.KOfN;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.Level;

final class MonitorConfigTest {
    @TempDir
    Path folder;

    private MonitorConfig read(Map<String, String> environment) {
        return MonitorConfig.fromEnvironment(environment, folder.resolve(".env"));
    }

    private List<String> problems(Map<String, String> commandLine, Map<String, String> environment) {
        try {
            MonitorConfig config = MonitorConfig.fromSources(commandLine, environment, folder.resolve(".env"));
            throw new AssertionError("accepted as " + config);
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    @Test
    void without_settings_everything_has_the_default_of_the_original() {
        MonitorConfig config = read(Map.of());

        assertThat(config.databaseUrl()).isEmpty();
        assertThat(config.checkInterval()).isEqualTo(Duration.ofSeconds(900));
        assertThat(config.embeddingDim()).isEqualTo(1536);
        assertThat(config.embeddingCosineThreshold()).isEqualTo(0.1);
        assertThat(config.refusalRateThreshold()).isEqualTo(0.05);
        assertThat(config.toxicityRateThreshold()).isEqualTo(0.02);
        assertThat(config.accuracyDropPoints()).isEqualTo(0.05);
        assertThat(config.port()).isEqualTo(8000);
        assertThat(config.logLevel()).isEqualTo(Level.INFO);
        assertThat(config.recentWindow()).isEqualTo(Duration.ofDays(7));
        assertThat(config.baselineFrom()).isEqualTo(Duration.ofDays(37));
        assertThat(config.baselineTo()).isEqualTo(Duration.ofDays(30));
        assertThat(config.minimumSamples()).isEqualTo(50);
        assertThat(config.confirm()).isEqualTo(KOfN.ONE);
        assertThat(config.actions()).containsExactly("log");
        assertThat(config.pgvector()).isTrue();
        assertThat(config.bind()).isEqualTo("0.0.0.0");
        assertThat(config.notes()).isEmpty();
    }

    /** The builder's defaults are written a second time in the table: this keeps the two equal. */
    @ParameterizedTest
    @EnumSource(Setting.class)
    void a_default_of_the_table_is_the_default_of_the_builder(Setting setting) {
        setting.defaultValue().ifPresent(value -> {
            MonitorConfigBuilder builder = MonitorConfig.builder();
            setting.apply(builder, value);
            // Whether this one was set matters: a schema may have another dimension.
            assertThat(builder.build())
                    .usingRecursiveComparison()
                    .ignoringFields("set.embeddingDim")
                    .isEqualTo(MonitorConfig.defaults());
            assertThat(builder.build().embeddingDim())
                    .isEqualTo(MonitorConfig.defaults().embeddingDim());
        });
    }

    @Test
    void every_name_is_read() {
        MonitorConfig config = read(Map.ofEntries(
                Map.entry("DATABASE_URL", "postgres://u:p@db/app"),
                Map.entry("CHECK_INTERVAL_SECONDS", "60"),
                Map.entry("EMBEDDING_DIM", "384"),
                Map.entry("EMBEDDING_COSINE_THRESHOLD", ".2"),
                Map.entry("REFUSAL_RATE_THRESHOLD", "0.06"),
                Map.entry("TOXICITY_RATE_THRESHOLD", "0.03"),
                Map.entry("ACCURACY_DROP_POINTS", "0.5"),
                Map.entry("PROMETHEUS_PORT", "0"),
                Map.entry("LOG_LEVEL", "warning"),
                Map.entry("DRIFT_BIND", "127.0.0.1"),
                Map.entry("DRIFT_RECENT_DAYS", "3"),
                Map.entry("DRIFT_BASELINE_DAYS", "60 - 10"),
                Map.entry("DRIFT_MIN_SAMPLES", "20"),
                Map.entry("DRIFT_DETECTION", "threshold"),
                Map.entry("DRIFT_CONFIRM", "2/3"),
                Map.entry("DRIFT_ACTIONS", "log, webhook"),
                Map.entry("DRIFT_WEBHOOK_URL", "https://example.org/hook"),
                Map.entry("DRIFT_WEBHOOK_SECRET", "a key of sixteen"),
                Map.entry("DRIFT_PGVECTOR", "off")));

        assertThat(config.databaseUrl())
                .hasValueSatisfying(url -> assertThat(url.password()).contains("p"));
        assertThat(config.checkInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.embeddingDim()).isEqualTo(384);
        assertThat(config.embeddingCosineThreshold()).isEqualTo(0.2);
        assertThat(config.refusalRateThreshold()).isEqualTo(0.06);
        assertThat(config.toxicityRateThreshold()).isEqualTo(0.03);
        assertThat(config.accuracyDropPoints()).isEqualTo(0.5);
        assertThat(config.port()).isZero();
        assertThat(config.logLevel()).isEqualTo(Level.WARN);
        assertThat(config.bind()).isEqualTo("127.0.0.1");
        assertThat(config.recentWindow()).isEqualTo(Duration.ofDays(3));
        assertThat(config.baselineFrom()).isEqualTo(Duration.ofDays(60));
        assertThat(config.baselineTo()).isEqualTo(Duration.ofDays(10));
        assertThat(config.minimumSamples()).isEqualTo(20);
        assertThat(config.detection()).isEqualTo(Detection.THRESHOLD);
        assertThat(config.confirm()).isEqualTo(new KOfN(2, 3));
        assertThat(config.actions()).containsExactly("log", "webhook");
        assertThat(config.webhookUrl()).contains(URI.create("https://example.org/hook"));
        assertThat(config.webhookSecret()).contains("a key of sixteen");
        assertThat(config.pgvector()).isFalse();
        assertThat(config.notes()).isEmpty();
    }

    @Test
    void the_command_line_wins_over_the_environment_and_that_over_the_file() throws IOException {
        Path file = Files.writeString(
                folder.resolve(".env"), "EMBEDDING_DIM=3\nDRIFT_MIN_SAMPLES=3\nCHECK_INTERVAL_SECONDS=3\n");
        MonitorConfig config = MonitorConfig.fromSources(
                Map.of("EMBEDDING_DIM", "1"), Map.of("EMBEDDING_DIM", "2", "DRIFT_MIN_SAMPLES", "2"), file);

        assertThat(config.embeddingDim()).isEqualTo(1);
        assertThat(config.minimumSamples()).isEqualTo(2);
        assertThat(config.checkInterval()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void actions_see_no_empty_value_and_the_dimension_in_any_case() {
        MonitorConfig config = read(Map.of("DRIFT_REINDEX_BATCH", " ", "DRIFT_REINDEX_MODEL", "m"));
        assertThat(config.actionSettings())
                .doesNotContainKey("DRIFT_REINDEX_BATCH")
                .containsEntry("DRIFT_REINDEX_MODEL", "m")
                .containsEntry("EMBEDDING_DIM", "1536");
        assertThat(MonitorConfig.builder().embeddingDim(7).build().actionSettings())
                .containsEntry("EMBEDDING_DIM", "7");
    }

    @Test
    void actions_see_a_switch_as_on_or_off_however_it_was_written() {
        MonitorConfig config = read(Map.of(
                "DRIFT_COMMAND_REPEATABLE", "TRUE", "DRIFT_GITHUB_REPEATABLE", "1", "DRIFT_GITHUB_EVENT", "yes"));
        assertThat(config.actionSettings())
                .containsEntry("DRIFT_COMMAND_REPEATABLE", "on")
                .containsEntry("DRIFT_GITHUB_REPEATABLE", "on")
                .containsEntry("DRIFT_GITHUB_EVENT", "yes");
        assertThat(MonitorConfig.builder()
                        .actionSettings(Map.of("DRIFT_COMMAND_REPEATABLE", "no"))
                        .build()
                        .actionSettings())
                .containsEntry("DRIFT_COMMAND_REPEATABLE", "off");
    }

    @Test
    void an_empty_value_counts_as_not_set() throws IOException {
        Path file = Files.writeString(folder.resolve(".env"), "EMBEDDING_DIM=3\n");

        assertThat(MonitorConfig.fromEnvironment(Map.of("EMBEDDING_DIM", " ", "LOG_LEVEL", ""), file))
                .returns(3, MonitorConfig::embeddingDim)
                .returns(Level.INFO, MonitorConfig::logLevel);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHECK_INTERVAL_SECONDS     | soon      | is not a whole number; set a whole number from 1 to 604800",
                "CHECK_INTERVAL_SECONDS     | 0         | is out of range; set a whole number from 1 to 604800",
                "EMBEDDING_DIM              | 15.5      | is not a whole number; set a whole number from 1 to 16000",
                "EMBEDDING_DIM              | 16001     | is out of range; set a whole number from 1 to 16000",
                "EMBEDDING_COSINE_THRESHOLD | ten       | is not a number; set a number from 0 to 2",
                "EMBEDDING_COSINE_THRESHOLD | NaN       | is out of range; set a number from 0 to 2",
                "REFUSAL_RATE_THRESHOLD     | 5         | is out of range; set a number from 0 to 1",
                "TOXICITY_RATE_THRESHOLD    | -0.1      | is out of range; set a number from 0 to 1",
                "ACCURACY_DROP_POINTS       | 0,05      | is not a number; set a number from 0 to 1",
                "PROMETHEUS_PORT            | 65536     | is out of range; set a whole number from 0 to 65535",
                "LOG_LEVEL                  | LOUD      | is no log level; set DEBUG, INFO, WARN or ERROR",
                "DRIFT_BASELINE_DAYS        | 30        | is no pair of days; set FROM-TO in days ago, such as 37-30",
                "DRIFT_MIN_SAMPLES          | 1         | is out of range; set a whole number from 2 to 1000000000",
                "DRIFT_CONFIRM              | 3/2       | is not K/N with K from 1 to N and N up to 1000; set for example 2/3, or 1/1",
                "DRIFT_PGVECTOR             | maybe     | is neither on nor off; set on or off",
                "DRIFT_DETECTION            | guess     | is not known; set calibrated or threshold",
                "DRIFT_FALSE_ALARM_DAYS     | 0         | is out of range; set a number from 1 to 100000",
                "DRIFT_ACTIONS              | log,retrian | names the action 'retrian', which this version does not have; use log, webhook, command, notify, github, reindex, retrain or none",
            })
    void a_value_that_cannot_be_used_is_named_with_the_remedy(String name, String value, String problem) {
        assertThat(problems(Map.of(), Map.of(name, value)))
                .containsExactly(name + "=" + value + " (environment) " + problem);
    }

    @Test
    void all_problems_are_reported_at_once_each_with_its_place() throws IOException {

        Files.writeString(folder.resolve(".env"), "LOG_LEVEL=LOUD\n");

        assertThat(problems(Map.of("EMBEDDING_DIM", "x"), Map.of("DRIFT_FOO", "1", "PORT", "y")))
                .hasSize(4)
                .anySatisfy(problem -> assertThat(problem).startsWith("EMBEDDING_DIM=x (command line)"))
                .anySatisfy(problem -> assertThat(problem).startsWith("DRIFT_FOO (environment) is not a setting"))
                .anySatisfy(problem -> assertThat(problem).startsWith("PORT=y (environment)"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("LOG_LEVEL=LOUD (").contains(".env) is no log level"));
    }

    @ParameterizedTest
    @CsvSource({
        "DRIFT_RECENT_DAY, DRIFT_RECENT_DAYS",
        "DRIFT_COSINE_THRESHOLD, EMBEDDING_COSINE_THRESHOLD",
        "DRIFT_WEBHOOK_SECRET_FIEL, DRIFT_WEBHOOK_SECRET_FILE",
        "DRIFT_PORT, PORT",
        "DRIFT_LOG_LEVEL, LOG_LEVEL",
    })
    void an_unknown_name_is_an_error_that_lists_the_nearest(String unknown, String nearest) {
        assertThat(problems(Map.of(), Map.of(unknown, "1")))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith(unknown + " (environment) is not a setting; the nearest are " + nearest + ", ");
    }

    @Test
    void on_the_command_line_every_name_must_be_known() {
        assertThat(problems(Map.of("EMBEDING_DIM", "1"), Map.of()))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("EMBEDING_DIM (command line) is not a setting; the nearest are EMBEDDING_DIM, ");
    }

    @Test
    void names_of_the_tests_of_other_programs_and_of_a_cluster_are_left_alone() {
        MonitorConfig config = read(Map.of(
                "DRIFT_TEST_DATABASE_URL", "x",
                "HOME", "x",
                "DRIFT_RUNNER_SERVICE_HOST", "10.0.0.1",
                "DRIFT_RUNNER_SERVICE_PORT", "8000",
                "DRIFT_RUNNER_PORT", "tcp://10.0.0.1:8000",
                "DRIFT_RUNNER_PORT_8000_TCP_ADDR", "10.0.0.1"));

        assertThat(config.notes()).isEmpty();
    }

    @Test
    void names_without_effect_are_accepted_and_reported() {
        MonitorConfig config = read(Map.of(
                "SUPABASE_URL", "https://x",
                "SUPABASE_SERVICE_ROLE_KEY", "geheim",
                "OPENAI_API_KEY", "geheim",
                "DRIFT_WEBHOOK_URL", "https://example.org/geheim"));

        assertThat(config.notes())
                .containsExactly(
                        "SUPABASE_SERVICE_ROLE_KEY is set and not used; the database is the one of DATABASE_URL",
                        "SUPABASE_URL is set and not used; the database is the one of DATABASE_URL",
                        "DRIFT_WEBHOOK_URL is set, but DRIFT_ACTIONS does not name webhook: nothing is sent to it");
        assertThat(config.actions()).containsExactly("log");
    }

    @ParameterizedTest
    @CsvSource({"DEBUG,DEBUG", "info,INFO", "WARNING,WARN", "warn,WARN", "CRITICAL,ERROR", "error,ERROR"})
    void log_levels_of_python_are_understood(String given, Level level) {
        assertThat(read(Map.of("LOG_LEVEL", given)).logLevel()).isEqualTo(level);
    }

    @Test
    void port_wins_over_prometheus_port_unless_that_one_alone_was_typed() throws IOException {
        Map<String, String> both = Map.of("PORT", "81", "PROMETHEUS_PORT", "82");
        Path file = folder.resolve(".env");
        assertThat(read(both).port()).isEqualTo(81);
        assertThat(MonitorConfig.fromSources(Map.of("PROMETHEUS_PORT", "83"), both, file)
                        .port())
                .isEqualTo(83);
        assertThat(MonitorConfig.fromSources(both, Map.of(), file).port()).isEqualTo(81);

        Files.writeString(file, "PORT=84\n");
        assertThat(read(Map.of("PROMETHEUS_PORT", "82")).port()).isEqualTo(84);
    }

    @Test
    void a_secret_can_stand_in_a_file() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "postgres://u:geheim@db/app\n");
        MonitorConfig config = read(Map.of("DATABASE_URL_FILE", secret.toString()));

        assertThat(config.requiredDatabaseUrl().password()).contains("geheim");
        assertThat(config.toString()).doesNotContain("geheim").contains("postgresql://u@db:5432/app");
    }

    @Test
    void a_secrets_file_that_cannot_be_read_is_empty_or_doubles_the_value_is_an_error() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        String absent = folder.resolve("absent").toString();

        assertThat(problems(Map.of(), Map.of("DATABASE_URL_FILE", absent)))
                .containsExactly(
                        "DATABASE_URL_FILE=" + absent + ": cannot be read (NoSuchFileException); name a readable file");
        assertThat(problems(Map.of(), Map.of("DATABASE_URL_FILE", empty.toString())))
                .containsExactly("DATABASE_URL_FILE=" + empty + ": the file is empty; put the value into it");
        assertThat(problems(Map.of(), Map.of("OPENAI_API_KEY", "a", "OPENAI_API_KEY_FILE", absent)))
                .containsExactly("OPENAI_API_KEY and OPENAI_API_KEY_FILE are both set (environment); keep one");
    }

    @Test
    void a_secret_never_stands_in_a_problem() {
        assertThat(problems(
                        Map.of(),
                        Map.of("DATABASE_URL", "oracle://u:geheim@db", "DRIFT_WEBHOOK_URL", "ftp://geheim@host/")))
                .hasSize(2)
                .noneSatisfy(problem -> assertThat(problem).contains("geheim"));
    }

    @Test
    void settings_that_do_not_go_together_are_refused() {
        assertThat(problems(Map.of(), Map.of("DRIFT_RECENT_DAYS", "31")))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("ends 30 days ago, inside the recent window of DRIFT_RECENT_DAYS=31");
        assertThat(problems(Map.of(), Map.of("DRIFT_ACTIONS", "webhook")))
                .containsExactly(
                        "DRIFT_ACTIONS names webhook, but DRIFT_WEBHOOK_URL is not set; set it, or remove webhook");
        assertThat(problems(Map.of(), Map.of("DRIFT_BASELINE_DAYS", "30-37")))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("DRIFT_BASELINE_DAYS=30-37 (environment) ");
    }

    @Test
    void the_builder_refuses_what_is_out_of_range() {
        MonitorConfigBuilder builder = MonitorConfig.builder();

        assertThatThrownBy(() -> builder.embeddingCosineThreshold(2.5))
                .hasMessage("embeddingCosineThreshold 2.5 cannot be used; set 0 to 2");
        assertThatThrownBy(() -> builder.refusalRateThreshold(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> builder.embeddingDim(0)).hasMessageContaining("embeddingDim 0");
        assertThatThrownBy(() -> builder.checkInterval(Duration.ZERO)).hasMessageContaining("PT0S");
    }

    @Test
    void a_configuration_does_not_change_with_its_builder() {
        MonitorConfigBuilder builder = MonitorConfig.builder().embeddingDim(3);
        MonitorConfig config = builder.build();
        builder.embeddingDim(4);

        assertThat(config.embeddingDim()).isEqualTo(3);
    }

    @Test
    void without_a_database_the_remedy_is_said() {
        assertThatThrownBy(() -> MonitorConfig.defaults().requiredDatabaseUrl())
                .hasMessageStartingWith("DATABASE_URL is not set; set it to postgresql://");
    }
}

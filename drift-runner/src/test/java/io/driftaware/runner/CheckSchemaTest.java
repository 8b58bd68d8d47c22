package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** docs/check.schema.json against what a check really prints. */
class CheckSchemaTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final int TOPICS = 20;

    /** With the fields that it does not name forbidden, so that none is forgotten. */
    private static List<String> problems(String json) throws IOException {
        JsonNode schema = JSON.readTree(Path.of(System.getProperty("drift.root"), "docs", "check.schema.json")
                .toFile());
        close(schema);
        JsonSchema checked = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        schema,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
        return checked.validate(JSON.readTree(json)).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties") && object.has("type")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(CheckSchemaTest::close);
    }

    private static CheckReport check(MonitorConfig config, boolean preview) {
        try (DriftMonitor monitor = DriftMonitor.builder(db.pool())
                .config(config)
                .registry(new CollectorRegistry())
                .clock(new FixedClock(NOW))
                .build()) {
            return preview ? monitor.previewAt(NOW) : monitor.checkOnce();
        }
    }

    private static MonitorConfig config(Detection detection) {
        return MonitorConfig.builder()
                .embeddingDim(TopicTraffic.DIMENSION)
                .detection(detection)
                .build();
    }

    private static void log(int days, int over, int rows, int topics, double refused) {
        Random random = new Random(days);
        new TopicTraffic(db, TOPICS + 3, 11)
                .log(
                        rows,
                        NOW.minus(DAY.multipliedBy(days)),
                        DAY.multipliedBy(over),
                        i -> random.nextInt(topics),
                        i -> random.nextDouble() < refused,
                        i -> random.nextDouble() < 0.8 ? 1.0 : 0.0,
                        i -> "tenant-" + i % 3);
    }

    @Test
    void every_real_check_is_as_the_schema_says() throws IOException {
        db.reset();
        assertThat(problems(check(config(Detection.CALIBRATED), false).toJson(false)))
                .as("empty")
                .isEmpty();

        log(36, 6, 2_400, TOPICS, 0.02);
        log(4, 4, 1_200, TOPICS + 3, 0.15);
        CheckReport drifted = check(config(Detection.CALIBRATED), false);
        assertThat(drifted.toJson())
                .contains("\"new_topics\":[{", "\"baseline\":{\"id\"", "\"closed_at\":null", "\"mix\"");
        assertThat(problems(drifted.toJson(true))).as("drifted").isEmpty();

        assertThat(problems(check(config(Detection.CALIBRATED), true).toJson(false)))
                .as("--at")
                .isEmpty();
        assertThat(problems(check(config(Detection.THRESHOLD), true).toJson(false)))
                .as("threshold")
                .isEmpty();
        assertThat(problems(CheckReportTest.REPORT.toJson(true)))
                .as("every field")
                .isEmpty();
    }

    @Test
    void the_schema_bites() throws IOException {
        String json = CheckReportTest.REPORT.toJson(true);
        for (String pointer : List.of(
                "",
                "/classic",
                "/streams/0",
                "/streams/0/findings/0",
                "/streams/0/evidence/0",
                "/streams/0/baseline",
                "/streams/0/explanation",
                "/streams/0/explanation/new_topics/0",
                "/episodes/0")) {
            ObjectNode root = (ObjectNode) JSON.readTree(json);
            ObjectNode part = (ObjectNode) root.at(pointer);
            String first = part.fieldNames().next();
            JsonNode value = part.remove(first);
            assertThat(problems(root.toString()))
                    .as(pointer + " without " + first)
                    .isNotEmpty();
            part.set(first, value);
            part.put("surprise", 1);
            assertThat(problems(root.toString()))
                    .as(pointer + " with a surprise")
                    .isNotEmpty();
        }
        assertThat(problems(CheckReportTest.REPORT.toJson()))
                .singleElement()
                .asString()
                .contains("from_leader");
        assertThat(problems(json.replace("\"verdict\":\"DRIFT\"", "\"verdict\":\"FINE\"")))
                .isNotEmpty();
        assertThat(problems(json.replace("2026-03-01T12:00:00.000001Z", "yesterday")))
                .isNotEmpty();
        ObjectNode root = (ObjectNode) JSON.readTree(json);
        ((ArrayNode) root.get("streams")).add("text");
        assertThat(problems(root.toString())).isNotEmpty();
    }
}

package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.OpenApi;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every path: pages, parameters, errors, and the OpenAPI document. */
class ApiV1ContractTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Path DOCUMENT = Path.of(System.getProperty("drift.root"), "docs", "openapi.json");

    private static Watched drifted;
    private static ApiCalls api;
    private static ApiCalls guarded;

    @BeforeAll
    static void drift() throws IOException {
        drifted = new Watched(db).drifted();
        api = new ApiCalls(drifted.url());
        guarded = new ApiCalls(drifted.guardedUrl());
    }

    @AfterAll
    static void stop() {
        drifted.close();
    }

    @Test
    void episodes_come_in_pages() throws Exception {
        int all = api.json("/api/v1/episodes").get("episodes").size();
        List<Long> ids = new ArrayList<>();
        String before = "";
        while (!before.equals("null")) {
            JsonNode page = api.json("/api/v1/episodes?limit=1" + (before.isEmpty() ? "" : "&before=" + before));
            ApiCalls.items(page.get("episodes"))
                    .forEach(one -> ids.add(one.get("id").asLong()));
            before = page.get("next").asText();
        }
        assertThat(ids).hasSize(all).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void numbers_beyond_two_thousand_million_are_pages_too() throws Exception {
        assertThat(api.json("/api/v1/episodes?before=9000000000").toString())
                .isEqualTo(api.json("/api/v1/episodes").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/streams/refusals/series?points=9",
                "/api/v1/streams/refusals/series?points=1001",
                "/api/v1/streams/refusals/series?points=abc",
                "/api/v1/streams/refusals/series?from=yesterday",
                "/api/v1/streams/refusals/series?from=%2B999999999-01-01T00:00:00Z",
                "/api/v1/streams/refusals/series?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z",
                "/api/v1/streams/refusals/series?from=2001-03-02T00:00:00Z&to=2026-03-01T00:00:00Z",
                "/api/v1/streams/refusals/proposal?from=yesterday",
                "/api/v1/streams/refusals/proposal?to=2026-03-05T00:00:00Z",
                "/api/v1/streams/refusals/proposal?from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z",
                "/api/v1/episodes?limit=0",
                "/api/v1/episodes?limit=101",
                "/api/v1/episodes?before=-1",
                "/api/v1/episodes?open=yes",
                "/api/v1/episodes?before=9223372036854775808",
                "/api/v1/baselines?before=1%27%20OR%20true",
            })
    void a_parameter_that_cannot_be_used_is_named(String path) throws Exception {
        HttpResponse<String> response = api.get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(OpenApiSchema.parse(response.body()).get("error").asText()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/",
                "/api/v1/",
                "/api/v2/overview",
                "/api/v1/overview/",
                "/api/v1/streams",
                "/api/v1/streams/",
                "/api/v1/streams/nothing",
                "/api/v1/streams/refusals/",
                "/api/v1/streams/refusals/series/x",
                "/api/v1/episodes/0",
                "/api/v1/episodes/99999",
                "/api/v1/episodes/999999999999999999",
                "/api/v1/episodes/abc",
            })
    void what_is_not_there_is_not_found(String path) throws Exception {
        assertThat(api.get(path))
                .returns(404, HttpResponse::statusCode)
                .satisfies(response -> assertThat(response.body()).startsWith("{\"error\":"));
    }

    @Test
    void a_profile_that_is_damaged_is_our_fault_and_not_that_of_who_asks() throws Exception {
        db.execute("UPDATE drift_profiles SET body = '\\x00'::bytea || substr(body, 2) WHERE stream = 'interactions'"
                + " AND segment = '' AND bucket_start = (SELECT max(bucket_start) FROM drift_profiles)");
        try {
            HttpResponse<String> response = api.get("/api/v1/streams/toxicity/series?points=77");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(500);
            assertThat(response.body()).contains("the log of the monitor says why");
        } finally {
            db.execute(
                    "UPDATE drift_profiles SET body = '\\x01'::bytea || substr(body, 2) WHERE stream = 'interactions'");
        }
    }

    @Test
    void the_openapi_document_is_served_and_kept_in_docs() throws Exception {
        String served = api.get("/api/v1/openapi.json").body();
        assertThat(served).isEqualTo(OpenApi.document());
        if (Boolean.getBoolean("drift.docs.write")) {
            Files.writeString(DOCUMENT, served);
        }
        assertThat(DOCUMENT)
                .as("docs/openapi.json is out of date: run this test with -Ddrift.docs.write=true")
                .hasContent(served);
    }

    /** Of every path, for every stream; and of a refused request. */
    @Test
    void every_answer_is_as_the_openapi_document_says() throws Exception {
        OpenApiSchema schema = new OpenApiSchema(OpenApi.document());
        assertThat(schema.paths()).hasSize(12).contains("/api/v1/actions");
        assertThat(schema.steps()).hasSize(7);
        for (String path : schema.paths()) {
            for (WatchedStream stream : WatchedStream.values()) {
                HttpResponse<String> response =
                        api.get(path.replace("{stream}", stream.label()).replace("{id}", "1"));
                assertThat(schema.faults(path, response.statusCode(), response.body()))
                        .as(path + " of " + stream.label() + ": " + response.body())
                        .isEmpty();
            }
        }
        HttpResponse<String> actions =
                guarded.get("/api/v1/actions?limit=1", "Authorization", "Bearer " + Watched.TOKEN);
        assertThat(actions.body()).contains("\"next\":");
        assertThat(schema.faults("/api/v1/actions", 200, actions.body())).isEmpty();
        assertThat(schema.faults(
                        "/api/v1/episodes",
                        400,
                        api.get("/api/v1/episodes?limit=0").body()))
                .isEmpty();
    }

    @Test
    void the_schema_bites() throws Exception {
        OpenApiSchema schema = new OpenApiSchema(OpenApi.document());
        String body = api.get("/api/v1/overview").body();
        assertThat(schema.faults("/api/v1/overview", 200, body.replace("\"verdict\":\"DRIFT\"", "\"verdict\":\"BAD\"")))
                .isNotEmpty();
        assertThat(schema.faults("/api/v1/overview", 200, body.replace("\"texts\":", "\"text\":")))
                .hasSize(2);
        assertThat(schema.faults(
                        "/api/v1/overview", 200, body.replace("\"took_seconds\":", "\"took_seconds\":\"x\",\"y\":")))
                .isNotEmpty();
    }
}

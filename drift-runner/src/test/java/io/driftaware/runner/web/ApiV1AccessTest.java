package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who sees what: numbers are for whoever reaches the port, texts are not. */
class ApiV1AccessTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

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
    void whoever_is_not_at_this_machine_sees_numbers_and_no_word_of_a_user() throws Exception {
        List<String> paths = new ArrayList<>(List.of(
                "/api/v1/overview", "/api/v1/coverage", "/api/v1/episodes", "/api/v1/episodes/1", "/api/v1/baselines"));
        for (WatchedStream stream : WatchedStream.values()) {
            for (String part : List.of("", "/series", "/picture", "/segments", "/examples", "/proposal")) {
                paths.add("/api/v1/streams/" + stream.label() + part);
            }
        }
        boolean seenWithToken = false;
        for (String path : paths) {
            HttpResponse<String> elsewhere = api.get(path, "X-Forwarded-For", "203.0.113.9");
            assertThat(elsewhere.statusCode()).as(path).isEqualTo(200);
            assertThat(elsewhere.body()).as(path).doesNotContain("about topic", "tenant-", "onerror");
            HttpResponse<String> withoutToken = guarded.get(path);
            assertThat(withoutToken.statusCode()).as(path).isEqualTo(200);
            assertThat(withoutToken.body()).as(path).doesNotContain("about topic", "tenant-", "onerror");
            HttpResponse<String> withToken = guarded.get(path, "Authorization", "Bearer " + Watched.TOKEN);
            assertThat(withToken.statusCode()).as(path).isEqualTo(200);
            seenWithToken |= withToken.body().contains("about topic");
        }
        assertThat(seenWithToken).isTrue();
    }

    @Test
    void a_page_whose_host_name_was_made_to_lead_here_is_not_at_this_machine() throws Exception {
        String answer = Raw.send(
                URI.create(drifted.url()).getPort(),
                "GET /api/v1/overview HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains("\"texts\":\"withheld\"");
    }

    /** What {@code proxy_pass http://127.0.0.1:8000;} alone sends: its own name for Host, and nothing of who asks. */
    @Test
    void a_proxy_on_this_machine_that_adds_no_header_shows_no_text_once_a_token_is_set() throws Exception {
        for (String protocol : List.of("HTTP/1.0", "HTTP/1.1")) {
            int port = URI.create(drifted.guardedUrl()).getPort();
            String answer = Raw.send(
                    port,
                    "GET /api/v1/coverage " + protocol + "\r\nHost: 127.0.0.1:" + port
                            + "\r\nConnection: close\r\n\r\n");
            assertThat(answer).as(protocol).contains("\"queries\":[{").doesNotContain("about topic");
        }
    }

    /** Without a token nothing tells it from a browser here but the protocol: the documents say to set one. */
    @Test
    void what_comes_by_http_1_0_came_through_a_proxy() throws Exception {
        int port = URI.create(drifted.url()).getPort();
        assertThat(Raw.send(port, "GET /api/v1/overview HTTP/1.0\r\nHost: 127.0.0.1:" + port + "\r\n\r\n"))
                .contains("\"texts\":\"withheld\"");
        assertThat(Raw.send(
                        port,
                        "GET /api/v1/overview HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n"))
                .contains("\"texts\":\"shown\"");
    }

    @Test
    void a_wrong_token_is_refused() throws Exception {
        assertThat(guarded.get("/api/v1/overview", "Authorization", "Bearer wrong"))
                .returns(401, HttpResponse::statusCode)
                .satisfies(response -> assertThat(response.body()).contains("DRIFT_READ_TOKEN"));
    }
}

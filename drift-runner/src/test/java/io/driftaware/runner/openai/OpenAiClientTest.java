package io.driftaware.runner.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.driftaware.runner.openai.FakeOpenAi.Fault;
import io.driftaware.runner.openai.OpenAiException.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final FakeOpenAi fake = FakeOpenAi.start();

    @AfterEach
    void close() {
        fake.close();
    }

    private OpenAiClient client() {
        return new OpenAiClient(fake.url(), FakeOpenAi.KEY, LIMIT, 1 << 19);
    }

    private OpenAiException refused(int dimension) {
        return catchThrowableOfType(
                OpenAiException.class, () -> client().embed("any-4", false, dimension, List.of("one", "two")));
    }

    @Test
    void vectors_come_in_the_order_of_the_texts_whatever_the_order_of_the_answer() throws Exception {
        OpenAiClient.Embeddings answer = client().embed("any-4", false, 4, List.of("one", "two"));
        assertThat(answer.vectors()).containsExactly(fake.vector("any-4", 4, "one"), fake.vector("any-4", 4, "two"));
        assertThat(answer.tokens()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "TOO_MANY,        TRY_LATER, the server answered 429 rate_limit_exceeded",
        "BROKEN,          TRY_LATER, the server answered 500 server_error",
        "SILENT,          TRY_LATER, the server gave no answer within 2 s",
        "SLOW_BODY,       TRY_LATER, the server gave no answer within 2 s",
        "CUT,             TRY_LATER, 'the answer of embeddings is cut, or is no such answer'",
        "HUNG_UP,         TRY_LATER, the server could not be read: IOException",
        "ZERO,            TRY_LATER, 'the answer of embeddings is cut, or is no such answer'",
        "WRONG_DIMENSION, SETTINGS,  'the model''s vectors have 5 dimensions, not 4: correct DRIFT_REINDEX_DIM or the model'",
        "NO_KEY,          SETTINGS,  the server answered 401 invalid_api_key",
        "QUOTA,           SETTINGS,  the server answered 429 insufficient_quota",
        "HUGE,            SETTINGS,  the answer is longer than 524288 bytes",
    })
    void each_fault_of_the_server_says_what_can_be_done_and_shows_no_secret(Fault fault, Kind kind, String message) {
        fake.failNext(fault);
        OpenAiException e = refused(4);
        assertThat(e.kind()).isEqualTo(kind);
        assertThat(e).hasMessage(message);
        assertThat(e.toString()).doesNotContain("geheim", "127.0.0.1");
        assertThat(e.after()).isEqualTo(fault == Fault.TOO_MANY ? Duration.ofSeconds(1) : Duration.ZERO);
    }

    @Test
    void a_text_that_is_not_taken_is_another_kind_of_failure() {
        fake.poison = "two";
        assertThat(refused(4))
                .returns(Kind.REFUSED, OpenAiException::kind)
                .hasMessage("the server answered 400 invalid_input");
    }

    @Test
    void nobody_there_may_come_later() {
        fake.close();
        assertThat(refused(4))
                .returns(Kind.TRY_LATER, OpenAiException::kind)
                .hasMessage("the server could not be read: ConnectException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-geheim\nsk-second",
                "sk-geheim\r\n",
                "sk geheim",
                "sk-geheim\t",
                "sk-geheim\u00fc",
                "\ufeffsk-geheim",
                "sk-geheim\0",
                ""
            })
    void a_key_that_is_no_key_is_refused_and_not_shown(String key) {
        assertThatThrownBy(() -> OpenAiClient.of(Map.of("OPENAI_API_KEY", key), LIMIT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageMatching("OPENAI_API_KEY (has a (line break|space|character U\\+[0-9A-F]{4}) at position"
                        + " [0-9]+ of [0-9]+: give the key alone, on one line and without quotes|is empty: set it, or"
                        + " leave it out)")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void without_a_key_only_another_server_is_asked() {
        assertThatThrownBy(() -> OpenAiClient.of(Map.of(), LIMIT))
                .hasMessage("OPENAI_API_KEY is not set: set it, or OPENAI_API_KEY_FILE, or another OPENAI_BASE_URL");
        OpenAiClient client =
                OpenAiClient.of(Map.of("OPENAI_BASE_URL", fake.url().toString()), LIMIT);
        assertThatThrownBy(() -> client.embed("any-4", false, 4, List.of("one")))
                .hasMessage("the server answered 401 invalid_api_key");
        assertThat(URI.create(OpenAiClient.OPENAI).getScheme()).isEqualTo("https");
    }
}

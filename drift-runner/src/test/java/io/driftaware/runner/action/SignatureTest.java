package io.driftaware.runner.action;

import static io.driftaware.runner.action.Signature.Direction.CALL_BACK;
import static io.driftaware.runner.action.Signature.Direction.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_772_366_400);
    private static final String SECOND = "1772366400";
    private static final String KEY = "00000000-0000-0000-0000-00000000002a";
    private static final byte[] BODY = "{\"state\":\"succeeded\"}".getBytes(StandardCharsets.UTF_8);

    private final Signature signature = new Signature("a key of sixteen");
    private final String right = signature.of(REQUEST, SECOND, KEY, BODY);

    private boolean verifies(String timestamp, String signed, String body, Instant now) {
        return signature.verifies(REQUEST, timestamp, KEY, signed, body.getBytes(StandardCharsets.UTF_8), now);
    }

    @Test
    void what_was_signed_with_the_key_verifies_within_five_minutes_either_way() {
        assertThat(signature.verifies(REQUEST, SECOND, KEY, right, BODY, NOW)).isTrue();
        assertThat(signature.verifies(REQUEST, SECOND, KEY, right, BODY, NOW.plus(Signature.TOLERANCE)))
                .isTrue();
        assertThat(signature.verifies(REQUEST, SECOND, KEY, right, BODY, NOW.minus(Signature.TOLERANCE)))
                .isTrue();
    }

    @Test
    void what_is_older_or_further_ahead_does_not() {
        Duration beyond = Signature.TOLERANCE.plusSeconds(1);
        assertThat(signature.verifies(REQUEST, SECOND, KEY, right, BODY, NOW.plus(beyond)))
                .isFalse();
        assertThat(signature.verifies(REQUEST, SECOND, KEY, right, BODY, NOW.minus(beyond)))
                .isFalse();
    }

    @Test
    void another_key_body_or_time_stamp_does_not_verify() {
        assertThat(new Signature("another key of 16").verifies(REQUEST, SECOND, KEY, right, BODY, NOW))
                .isFalse();
        assertThat(verifies(SECOND, right, "{\"state\":\"failed\"}", NOW)).isFalse();
        assertThat(signature.verifies(REQUEST, "1772366401", KEY, right, BODY, NOW))
                .isFalse();
    }

    @Test
    void another_idempotency_key_or_the_other_direction_does_not_verify() {
        String another = "00000000-0000-0000-0000-00000000002b";
        assertThat(signature.verifies(REQUEST, SECOND, another, right, BODY, NOW))
                .isFalse();
        assertThat(signature.verifies(REQUEST, SECOND, null, right, BODY, NOW)).isFalse();
        assertThat(signature.verifies(CALL_BACK, SECOND, KEY, right, BODY, NOW)).isFalse();
        assertThat(signature.verifies(CALL_BACK, SECOND, KEY, signature.of(CALL_BACK, SECOND, KEY, BODY), BODY, NOW))
                .isTrue();
    }

    @Test
    void a_short_secret_is_refused_without_showing_it() {
        assertThatThrownBy(() -> new Signature("fifteen letters"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("15 characters: set at least 16")
                .hasMessageNotContaining("fifteen letters");
    }

    @Test
    void what_is_missing_or_no_number_does_not_verify_and_does_not_throw() {
        assertThat(signature.verifies(REQUEST, null, KEY, right, BODY, NOW)).isFalse();
        assertThat(signature.verifies(REQUEST, SECOND, KEY, null, BODY, NOW)).isFalse();
        for (String wrong : new String[] {"", "-1", "1e9", "９", "99999999999999999999", " " + SECOND}) {
            assertThat(signature.verifies(REQUEST, wrong, KEY, signature.of(REQUEST, wrong, KEY, BODY), BODY, NOW))
                    .as(wrong)
                    .isFalse();
        }
    }
}

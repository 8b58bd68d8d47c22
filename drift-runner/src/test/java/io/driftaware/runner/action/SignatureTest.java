package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_772_366_400);
    private static final String SECOND = "1772366400";
    private static final byte[] BODY = "{\"state\":\"succeeded\"}".getBytes(StandardCharsets.UTF_8);

    private final Signature signature = new Signature("a key");
    private final String right = signature.of(SECOND, BODY);

    private boolean verifies(String timestamp, String signed, String body, Instant now) {
        return signature.verifies(timestamp, signed, body.getBytes(StandardCharsets.UTF_8), now);
    }

    @Test
    void what_was_signed_with_the_key_verifies_within_five_minutes_either_way() {
        assertThat(signature.verifies(SECOND, right, BODY, NOW)).isTrue();
        assertThat(signature.verifies(SECOND, right, BODY, NOW.plus(Signature.TOLERANCE)))
                .isTrue();
        assertThat(signature.verifies(SECOND, right, BODY, NOW.minus(Signature.TOLERANCE)))
                .isTrue();
    }

    @Test
    void what_is_older_or_further_ahead_does_not() {
        Duration beyond = Signature.TOLERANCE.plusSeconds(1);
        assertThat(signature.verifies(SECOND, right, BODY, NOW.plus(beyond))).isFalse();
        assertThat(signature.verifies(SECOND, right, BODY, NOW.minus(beyond))).isFalse();
    }

    @Test
    void another_key_body_or_time_stamp_does_not_verify() {
        assertThat(new Signature("another key").verifies(SECOND, right, BODY, NOW))
                .isFalse();
        assertThat(verifies(SECOND, right, "{\"state\":\"failed\"}", NOW)).isFalse();
        assertThat(signature.verifies("1772366401", right, BODY, NOW)).isFalse();
    }

    @Test
    void what_is_missing_or_no_number_does_not_verify_and_does_not_throw() {
        assertThat(signature.verifies(null, right, BODY, NOW)).isFalse();
        assertThat(signature.verifies(SECOND, null, BODY, NOW)).isFalse();
        for (String wrong : new String[] {"", "-1", "1e9", "９", "99999999999999999999", " " + SECOND}) {
            assertThat(signature.verifies(wrong, signature.of(wrong, BODY), BODY, NOW))
                    .as(wrong)
                    .isFalse();
        }
    }
}

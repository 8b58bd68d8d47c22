package io.driftaware.runner.action;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The signature of a message: {@code sha256=} and the hex HMAC-SHA256 of {@code DIRECTION.TIMESTAMP.KEY.BODY}. The direction is
 * {@code request} or {@code call-back}, so that neither can be taken for the other; the timestamp is in seconds of Unix time, and the
 * key is the request's idempotency key, as its header has it.
 */
public final class Signature {
    /** Header with the seconds. */
    public static final String TIMESTAMP_HEADER = "X-Drift-Timestamp";

    /** Header with the signature. */
    public static final String HEADER = "X-Drift-Signature";

    /** Header with the idempotency key. */
    public static final String KEY_HEADER = "Idempotency-Key";

    /** Characters that the secret has at least. */
    public static final int LEAST_KEY = 16;

    /** So old or so far ahead a timestamp may be: time on the way, and clocks that differ. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "sha256=";
    private static final int MOST_DIGITS = 12;

    private final byte[] secret;

    /** Which way a message goes. */
    public enum Direction {
        /** From the monitor to a receiver. */
        REQUEST("request"),
        /** From a receiver to the monitor. */
        CALL_BACK("call-back");

        private final String word;

        Direction(String word) {
            this.word = word;
        }
    }

    /** Of this secret. */
    public Signature(String secret) {
        if (secret.length() < LEAST_KEY) {
            throw new IllegalArgumentException("the key of the signature has " + secret.length()
                    + " characters: set at least " + LEAST_KEY + ", or none at all");
        }
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** The value of {@link #HEADER}. */
    public String of(Direction direction, String timestamp, String key, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update((direction.word + "." + timestamp + "." + key + ".").getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM + ", which every JVM has to have", e);
        }
    }

    /**
     * Whether somebody with the secret signed this message within the tolerance of {@code now}. Takes as long for a wrong signature
     * whatever is right in it.
     */
    public boolean verifies(
            Direction direction,
            @Nullable String timestamp,
            @Nullable String key,
            @Nullable String signature,
            byte[] body,
            Instant now) {
        if (timestamp == null
                || key == null
                || signature == null
                || timestamp.length() > MOST_DIGITS
                || !timestamp.chars().allMatch(c -> c >= '0' && c <= '9')
                || timestamp.isEmpty()) {
            return false;
        }
        boolean right = MessageDigest.isEqual(
                of(direction, timestamp, key, body).getBytes(StandardCharsets.UTF_8),
                signature.getBytes(StandardCharsets.UTF_8));
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                .abs();
        return right && age.compareTo(TOLERANCE) <= 0;
    }
}

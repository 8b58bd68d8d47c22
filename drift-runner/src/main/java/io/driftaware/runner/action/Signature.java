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
 * The signature of a body and the second in which it was sent: {@code sha256=} and the hex HMAC-SHA256 of {@code
 * TIMESTAMP.BODY}, with the timestamp in seconds of Unix time. A webhook carries it, and so does a receiver's call-back.
 */
public final class Signature {
    /** Header with the seconds. */
    public static final String TIMESTAMP_HEADER = "X-Drift-Timestamp";

    /** Header with the signature. */
    public static final String HEADER = "X-Drift-Signature";

    /** So old or so far ahead a timestamp may be: time on the way, and clocks that differ. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "sha256=";
    private static final int MOST_DIGITS = 12;

    private final byte[] secret;

    /** Of this key. */
    public Signature(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("the key of the signature is empty: set one, or none at all");
        }
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** The value of {@link #HEADER}. */
    public String of(String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM + ", which every JVM has to have", e);
        }
    }

    /**
     * Whether somebody with the key signed this body within the tolerance of {@code now}. Takes as long for a wrong signature
     * whatever is right in it.
     */
    public boolean verifies(@Nullable String timestamp, @Nullable String signature, byte[] body, Instant now) {
        if (timestamp == null
                || signature == null
                || timestamp.length() > MOST_DIGITS
                || !timestamp.chars().allMatch(c -> c >= '0' && c <= '9')
                || timestamp.isEmpty()) {
            return false;
        }
        boolean right = MessageDigest.isEqual(
                of(timestamp, body).getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                .abs();
        return right && age.compareTo(TOLERANCE) <= 0;
    }
}

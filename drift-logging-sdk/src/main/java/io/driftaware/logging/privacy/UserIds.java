package io.driftaware.logging.privacy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Replaces user ids by their HMAC-SHA256 (RFC 2104) under a key of the application's. The same id gives the same pseudonym, and
 * nobody without the key can try out ids. Safe for several threads: loggers of one builder share it. Neither the key nor an id is
 * in any message.
 */
public final class UserIds {
    /** What a replaced id begins with; 64 hexadecimal digits in lower case follow. */
    public static final String PREFIX = "hmac-sha256:";

    /** A shorter key could be guessed. */
    public static final int SHORTEST_KEY = 16;

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    /**
     * Replaces ids under this key.
     *
     * @param key at least {@value #SHORTEST_KEY} bytes, better 32 random ones; copied
     * @throws IllegalArgumentException if it is shorter
     */
    public UserIds(byte[] key) {
        if (key.length < SHORTEST_KEY) {
            throw new IllegalArgumentException(
                    "userIdKey has " + key.length + " bytes, allowed is: at least " + SHORTEST_KEY + " random bytes");
        }
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        }
    }

    /**
     * {@return {@value #PREFIX} and the HMAC of the id's UTF-8 bytes in hexadecimal}
     *
     * @param userId as the application knows it
     */
    public String pseudonym(String userId) {
        byte[] bytes = userId.getBytes(StandardCharsets.UTF_8);
        synchronized (mac) {
            return PREFIX + HexFormat.of().formatHex(mac.doFinal(bytes));
        }
    }
}

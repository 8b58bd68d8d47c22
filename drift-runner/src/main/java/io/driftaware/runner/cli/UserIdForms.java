package io.driftaware.runner.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The forms in which a user's id may be stored: as it is, and as the SDK's pseudonym, which is {@code hmac-sha256:} and the
 * HMAC-SHA256 of its UTF-8 bytes in hexadecimal.
 */
final class UserIdForms {
    static final String PREFIX = "hmac-sha256:";

    private static final int SHORTEST_KEY = 16;
    private static final String ALGORITHM = "HmacSHA256";

    private UserIdForms() {}

    /** As it is: an id, or a pseudonym. */
    static Set<String> of(String userId) {
        return new LinkedHashSet<>(List.of(userId));
    }

    /**
     * Also the pseudonyms under the key in a file. Whether the application was given the file's bytes, or what they stand for in
     * hexadecimal or Base64 of either alphabet, with or without line breaks, cannot be seen: all are tried.
     *
     * @throws IOException if it cannot be read, or is too short for a key
     */
    static Set<String> of(String userId, Path keyFile) throws IOException {
        byte[] bytes = Files.readAllBytes(keyFile);
        if (bytes.length < SHORTEST_KEY) {
            throw new IOException("it has " + bytes.length + " bytes, a key has at least " + SHORTEST_KEY);
        }
        Set<String> forms = of(userId);
        keys(bytes).stream()
                .filter(key -> key.length >= SHORTEST_KEY)
                .forEach(key -> forms.add(pseudonym(key, userId)));
        return forms;
    }

    private static List<byte[]> keys(byte[] bytes) {
        List<byte[]> keys = new ArrayList<>(List.of(bytes));
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        keys.add(text.getBytes(StandardCharsets.ISO_8859_1));
        String encoded = text.replaceAll("\\s", "");
        List<Function<String, byte[]>> decoders =
                List.of(HexFormat.of()::parseHex, Base64.getDecoder()::decode, Base64.getUrlDecoder()::decode);
        for (Function<String, byte[]> decoder : decoders) {
            try {
                keys.add(decoder.apply(encoded));
            } catch (IllegalArgumentException encodedOtherwise) {
                // One of the other forms then.
            }
        }
        return keys;
    }

    private static String pseudonym(byte[] key, String userId) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return PREFIX + HexFormat.of().formatHex(mac.doFinal(userId.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        }
    }
}

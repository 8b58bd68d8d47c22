package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A version is recorded beside each flag: what it stands for does not change under it. */
final class DetectorVersionTest {
    @Test
    void version_2_of_the_refusal_detector_is_made_of_these_bytes() throws Exception {
        assertThat(RefusalDetector.standard().version()).isEqualTo("2");
        assertThat(sha256("refusal-model.bin", "refusal-words.txt", "refusal-patterns.txt"))
                .as("another content is another version: raise it, and write the new hash here")
                .startsWith("e743050a7e518203");
    }

    @Test
    void version_2_of_the_toxicity_detector_is_made_of_these_bytes() throws Exception {
        assertThat(ToxicityDetector.standard().version()).isEqualTo("2");
        assertThat(sha256("toxicity-lexicon.txt"))
                .as("another content is another version: raise it, and write the new hash here")
                .startsWith("5e7829d36b4f9a63");
    }

    private static String sha256(String... resources) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String resource : resources) {
            try (var in = Objects.requireNonNull(RefusalDetector.class.getResourceAsStream(resource), resource)) {
                digest.update(in.readAllBytes());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}

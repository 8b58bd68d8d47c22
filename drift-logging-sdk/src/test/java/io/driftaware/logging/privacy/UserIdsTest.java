package io.driftaware.logging.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UserIdsTest {
    private static byte[] repeated(int value, int times) {
        byte[] key = new byte[times];
        Arrays.fill(key, (byte) value);
        return key;
    }

    /** RFC 4231, test cases 1 and 3; the second one's data is not UTF-8, so test case 6 with its long key stands in. */
    @Test
    void the_pseudonym_is_the_hmac_of_rfc_4231() {
        assertThat(new UserIds(repeated(0x0b, 20)).pseudonym("Hi There"))
                .isEqualTo("hmac-sha256:b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(new UserIds(repeated(0xaa, 131)).pseudonym("Test Using Larger Than Block-Size Key - Hash Key First"))
                .isEqualTo("hmac-sha256:60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    @Test
    void a_key_that_could_be_guessed_is_refused_without_showing_it() {
        assertThatThrownBy(() -> new UserIds("hunter2".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("userIdKey has 7 bytes, allowed is: at least 16 random bytes");
    }

    @Test
    void threads_do_not_mix_up_their_ids() {
        UserIds ids = new UserIds(repeated(1, 32));
        List<String> names =
                IntStream.range(0, 20_000).mapToObj(i -> "user-" + i).toList();
        List<String> alone = names.stream().map(ids::pseudonym).toList();
        List<String> together = names.parallelStream().map(ids::pseudonym).toList();
        assertThat(together).isEqualTo(alone).doesNotHaveDuplicates();
    }

    @Test
    void the_key_is_copied() {
        byte[] key = repeated(1, 32);
        UserIds ids = new UserIds(key);
        String before = ids.pseudonym("u");
        Arrays.fill(key, (byte) 2);
        assertThat(ids.pseudonym("u")).isEqualTo(before);
    }
}

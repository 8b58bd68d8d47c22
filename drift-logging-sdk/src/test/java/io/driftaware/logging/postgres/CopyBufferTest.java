package io.driftaware.logging.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** The bytes, against golden ones and against PostgreSQL as their reader. */
final class CopyBufferTest {
    private static final String HEADER = "5047434f50590aff0d0a00" + "00000000" + "00000000";
    private static final String TRAILER = "ffff";

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.empty();

    private interface Content {
        void write(CopyBuffer out) throws SQLException;
    }

    private static String hex(VectorKind kind, Content content) throws SQLException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        CopyBuffer buffer = new CopyBuffer();
        buffer.begin(kind, (bytes, length) -> sent.write(bytes, 0, length));
        content.write(buffer);
        buffer.end();
        String all = HexFormat.of().formatHex(sent.toByteArray());
        assertThat(all).startsWith(HEADER).endsWith(TRAILER);
        return all.substring(HEADER.length(), all.length() - TRAILER.length());
    }

    private static String hex(Content content) throws SQLException {
        return hex(VectorKind.VECTOR, content);
    }

    @Test
    void fields_have_the_bytes_that_the_receive_functions_read() throws SQLException {
        assertThat(hex(out -> out.row(3))).isEqualTo("0003");
        assertThat(hex(out -> out.bool(true))).isEqualTo("0000000101");
        assertThat(hex(out -> out.int4(-2))).isEqualTo("00000004fffffffe");
        assertThat(hex(out -> out.int8(1L << 40))).isEqualTo("000000080000010000000000");
        assertThat(hex(out -> out.float4(1f))).isEqualTo("000000043f800000");
        assertThat(hex(out -> out.uuid(new UUID(1, 2)))).isEqualTo("0000001000000000000000010000000000000002");
        assertThat(hex(out -> out.timestamp(946_684_800_000_001L))).isEqualTo("000000080000000000000001");
        assertThat(hex(out -> out.text("aé€\uD83D\uDE00"))).isEqualTo("0000000a" + "61c3a9e282acf09f9880");
        assertThat(hex(out -> out.json("{}"))).isEqualTo("00000003" + "01" + "7b7d");
    }

    @Test
    void null_is_a_length_of_minus_one() throws SQLException {
        assertThat(hex(out -> out.bool(null))).isEqualTo("ffffffff");
        assertThat(hex(out -> out.text(null))).isEqualTo("ffffffff");
        assertThat(hex(out -> out.hundredths(null))).isEqualTo("ffffffff");
        assertThat(hex(out -> out.json(null))).isEqualTo("ffffffff");
    }

    @Test
    void vectors_have_the_bytes_of_pgvector_and_of_real_arrays() throws SQLException {
        float[] vector = {1, -2};
        assertThat(hex(VectorKind.VECTOR, out -> out.vector(vector)))
                .isEqualTo("0000000c" + "0002" + "0000" + "3f800000" + "c0000000");
        assertThat(hex(VectorKind.REAL_ARRAY, out -> out.vector(vector)))
                .isEqualTo("00000024" + "00000001" + "00000000" + "000002bc" + "00000002" + "00000001" + "00000004"
                        + "3f800000" + "00000004" + "c0000000");
    }

    @Test
    void every_score_with_two_decimals_is_read_back_as_itself() throws Exception {
        DB.execute("CREATE TABLE scores (id int, score numeric(5,2), plain numeric)");
        copy("scores (id, score, plain)", out -> {
            for (int hundredths = -99_999;
                    hundredths <= 99_999;
                    hundredths += hundredths < -1_000 || hundredths > 999 ? 37 : 1) {
                out.row(3);
                out.int4(hundredths);
                out.hundredths(hundredths);
                out.hundredths(hundredths);
            }
        });
        assertThat(DB.count("SELECT count(*) FROM scores")).isGreaterThan(5_000);
        assertThat(DB.count("SELECT count(*) FROM scores WHERE score <> id / 100.0 OR plain <> id / 100.0"
                        + " OR plain::text <> (id / 100.0)::numeric(5,2)::text OR scale(plain) <> 2"))
                .isZero();
    }

    @Test
    void fields_survive_the_end_of_the_buffer_at_every_offset() throws Exception {
        DB.execute("CREATE TABLE wide (id int, body text, vector real[], flag boolean, at timestamptz, note jsonb)");
        SplittableRandom random = new SplittableRandom(3);
        String alphabet = "aé€\uD83D\uDE00\uD83D";
        copy("wide", VectorKind.REAL_ARRAY, out -> {
            for (int id = 0; id < 500; id++) {
                out.row(6);
                out.int4(id);
                out.text(alphabet.repeat(random.nextInt(300)));
                out.vector(new float[1 + random.nextInt(2_000)]);
                out.bool(id % 2 == 0);
                out.timestamp(946_684_800_000_000L + id);
                out.json("\"" + "x".repeat(id) + "\"");
            }
        });
        assertThat(
                        DB.count(
                                "SELECT count(*) FROM wide WHERE replace(body, 'aé€\uD83D\uDE00\uFFFD', '') = '' AND flag = (id % 2 = 0)"
                                        + " AND extract(microseconds FROM at AT TIME ZONE 'UTC') = id AND length(note #>> '{}') = id"))
                .isEqualTo(500);
    }

    private static void copy(String target, Content content) throws Exception {
        copy(target, VectorKind.VECTOR, content);
    }

    private static void copy(String target, VectorKind kind, Content content) throws Exception {
        try (Connection connection = DB.dataSource().getConnection()) {
            CopyIn copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + target + " FROM STDIN (FORMAT binary)");
            CopyBuffer buffer = new CopyBuffer();
            buffer.begin(kind, (bytes, length) -> copy.writeToCopy(bytes, 0, length));
            content.write(buffer);
            buffer.end();
            copy.endCopy();
        }
    }
}

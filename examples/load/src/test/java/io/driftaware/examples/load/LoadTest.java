package io.driftaware.examples.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.testdb.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private int load(byte[] input, String... args) throws IOException {
        return Load.run(
                args,
                Map.of("DATABASE_URL", DB.url()),
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private int load(String input, String... args) throws IOException {
        return load(input.getBytes(StandardCharsets.UTF_8), args);
    }

    @Test
    void lines_are_stored_and_the_books_printed() throws IOException {
        int exit = load(
                """
                # type	vector
                query	1,2,3
                doc	0.5,-1e3,0	2026-01-31T12:00:00Z
                response	1,1,1

                interaction	What is 2 + 2?	Four.	false		0.9	2026-01-31T12:00:00Z
                interaction	And 2 + 3?
                """,
                "--dimension",
                "3");
        assertThat(exit).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"accepted\":5,\"written\":5,\"pending\":0,\"dropped\":{},\"rejected\":{}}\n");
        assertThat(DB.value("SELECT string_agg(type || embedding::real[]::text, ' ' ORDER BY id) FROM embeddings_log"))
                .isEqualTo("query{1,2,3} doc{0.5,-1000,0} response{1,1,1}");
        assertThat(DB.value("SELECT string_agg(concat_ws('|', user_query, model_response, refusal_flag, toxicity_flag,"
                        + " user_feedback_score, extract(year FROM timestamp) = 2026 AND date_part('month', timestamp) = 1),"
                        + " ' ' ORDER BY id) FROM interaction_log"))
                .startsWith("What is 2 + 2?|Four.|f|0.90|t And 2 + 3?|");
    }

    @Test
    void bad_rows_are_named_and_counted_and_the_rest_is_stored() throws IOException {
        int exit = load(
                "query\t1,2,3\nquery\tNaN,1,1\nquery\t1\nquery\t0,0,0\nquery\tx,1,1\nwhat\t1,1,1\ninteraction\tq\tr\tmaybe\nquery\t3,2,1\n",
                "--dimension",
                "3");
        assertThat(exit).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"accepted\":2,\"written\":2,\"pending\":0,\"dropped\":{},"
                        + "\"rejected\":{\"not_finite\":1,\"wrong_dimension\":1,\"zero_vector\":1}}\n");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("line 5: ", "line 6: type 'what'", "line 7: flag 'maybe'");
    }

    @ParameterizedTest
    @ValueSource(ints = {600, 16, 2})
    void raw_vectors_are_stored_however_small_the_queue(int queue) throws IOException {
        ByteBuffer raw = ByteBuffer.allocate(4 * 3 * 5_000).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= 5_000; i++) {
            raw.putFloat(i).putFloat(0).putFloat(-i);
        }
        int exit =
                load(raw.array(), "--dimension", "3", "--raw-f32", "--type", "doc", "--queue", String.valueOf(queue));
        assertThat(exit).isZero();
        assertThat(DB.count("SELECT count(DISTINCT embedding::real[]) FROM embeddings_log WHERE type = 'doc'"))
                .isEqualTo(5_000);
    }

    @Test
    void a_wrong_call_says_what_to_give() throws IOException {
        assertThat(load("", "--dimension", "0")).isEqualTo(2);
        assertThat(load("", "--dimensions", "3")).isEqualTo(2);
        assertThat(load("", "--type")).isEqualTo(2);
        assertThat(load("", "--type", "x")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "load: --dimension is '0': give a whole number from 1 to 16000",
                        "load: unknown option '--dimensions': see --help",
                        "load: --type needs a value: see --help",
                        "load: --type is 'x': give query, doc or response");
        assertThat(load("", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--raw-f32");
    }

    @Test
    void the_usual_forms_of_an_address_are_read() {
        assertThat(DatabaseAddress.parse("postgres://u%40x:p+%2F@h:5433/db?sslmode=require"))
                .isEqualTo(new DatabaseAddress("jdbc:postgresql://h:5433/db?sslmode=require", "u@x", "p+/"));
        assertThat(DatabaseAddress.parse("postgresql://h/db"))
                .isEqualTo(new DatabaseAddress("jdbc:postgresql://h/db", null, null));
        assertThat(DatabaseAddress.parse("jdbc:postgresql://h/db?user=u").jdbcUrl())
                .isEqualTo("jdbc:postgresql://h/db?user=u");
        for (String bad : new String[] {"", "mysql://h/db", "h/db", "postgres://u:p%@h/db"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DatabaseAddress.parse(bad))
                    .withMessageStartingWith("DATABASE_URL ");
        }
    }
}

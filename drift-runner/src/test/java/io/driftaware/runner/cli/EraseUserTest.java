package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.logging.privacy.UserIds;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EraseUserTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    /** Bytes that are no text, as a random key has them. */
    private static final byte[] KEY =
            HexFormat.of().parseHex("00ff0a0d8081fe0102030405060708090a0b0c0d0e0f10111213141516171819");

    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void emptyTables() {
        db.reset();
    }

    private static CommandLineRun run(String... args) {
        return CommandLineRun.of(Map.of("DATABASE_URL", db.url(), "EMBEDDING_DIM", "3"), args);
    }

    private static CommandLineRun as(String role, String... args) {
        String login = "drift_erase_" + Long.toHexString(System.nanoTime());
        db.execute("CREATE ROLE " + login + " LOGIN PASSWORD 'p'; GRANT " + role + " TO " + login);
        try {
            String url = db.url().replaceFirst("//[^@]*@", "//" + login + ":p@");
            return CommandLineRun.of(Map.of("DATABASE_URL", url, "EMBEDDING_DIM", "3"), args);
        } finally {
            db.execute("DROP OWNED BY " + login + "; DROP ROLE " + login);
        }
    }

    /** An interaction with an embedding linked as the SDK does, one linked as the original does, and feedback. */
    private static void interaction(String userId) {
        UUID id = UUID.randomUUID();
        String vector = db.vectorKind() == VectorKind.VECTOR ? "'[1,2,3]'" : "'{1,2,3}'";
        db.execute(
                """
                INSERT INTO interaction_log (interaction_id, user_id, user_query) VALUES ('%1$s', '%2$s', 'question');
                INSERT INTO embeddings_log (type, interaction_id, embedding) VALUES ('query', '%1$s', %3$s);
                INSERT INTO embeddings_log (type, ref_id, embedding)
                    VALUES ('response', (SELECT id FROM interaction_log WHERE interaction_id = '%1$s'), %3$s),
                           ('doc', (SELECT id FROM interaction_log WHERE interaction_id = '%1$s'), %3$s);
                INSERT INTO feedback_log (interaction_id, score, comment) VALUES ('%1$s', 1, 'comment');
                """
                        .formatted(id, userId, vector));
    }

    private static String rows() {
        return db.value(
                "SELECT concat_ws(' ', (SELECT count(*) FROM interaction_log), (SELECT count(*) FROM embeddings_log),"
                        + " (SELECT count(*) FROM feedback_log))");
    }

    @Test
    void the_rows_of_one_user_go_and_those_of_another_stay() {
        interaction("alice");
        interaction("alice");
        interaction("alice2");

        CommandLineRun run = run("erase-user", "--user", "alice");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .isEqualTo(
                        "Deleted: interactions 2, embeddings 4, feedback 2, states of feedback 0, copies of texts 0.\n")
                .doesNotContain("alice");
        assertThat(rows()).as("documents that happen to have the number stay").isEqualTo("1 5 1");
        assertThat(db.value("SELECT user_id FROM interaction_log")).isEqualTo("alice2");
    }

    @Test
    void a_dry_run_deletes_nothing() {
        interaction("alice");
        CommandLineRun run = run("erase-user", "--user", "alice", "--dry-run");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Would be deleted: interactions 1, embeddings 2, feedback 1,");
        assertThat(rows()).isEqualTo("1 3 1");
    }

    @Test
    void a_user_without_rows_is_said_with_exit_code_0() {
        CommandLineRun run = run("erase-user", "--user", "nobody");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("No interaction has this user id; where ids are stored as pseudonyms, give --key-file.");
    }

    @Test
    void the_pseudonym_itself_is_an_id() {
        String pseudonym = new UserIds(KEY).pseudonym("alice");
        interaction(pseudonym);
        assertThat(run("erase-user", "--user", pseudonym).out()).startsWith("Deleted: interactions 1,");
    }

    static Stream<byte[]> key_files() {
        String hex = HexFormat.of().formatHex(KEY);
        String base64 = Base64.getEncoder().encodeToString(KEY);
        String forUrls = Base64.getUrlEncoder().withoutPadding().encodeToString(KEY);
        return Stream.of(
                KEY,
                text(hex),
                text(hex + "\n"),
                text(base64 + "\r\n"),
                text(base64.substring(0, 30) + "\n" + base64.substring(30)),
                text(forUrls));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("key_files")
    void with_the_key_the_pseudonym_is_found_whatever_the_file_looks_like(byte[] contents) throws IOException {
        Path file = Files.write(folder.resolve("key"), contents);
        interaction(new UserIds(KEY).pseudonym("alice"));
        interaction("alice");
        CommandLineRun run = run("erase-user", "--user", "alice", "--key-file", file.toString());
        assertThat(run.out()).as("also rows from before there was a key").startsWith("Deleted: interactions 2,");
    }

    @Test
    void the_text_of_the_file_may_be_the_key() throws IOException {
        String key = "a passphrase of the application";
        Path file = Files.writeString(folder.resolve("key"), key + "\n");
        interaction(new UserIds(text(key)).pseudonym("alice"));
        assertThat(run("erase-user", "--user", "alice", "--key-file", file.toString())
                        .out())
                .startsWith("Deleted: interactions 1,");
    }

    @Test
    void a_key_file_that_cannot_be_used_is_a_wrong_call() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "hunter2");
        assertThat(run("erase-user", "--user", "a", "--key-file", file.toString()))
                .returns(2, CommandLineRun::code)
                .satisfies(run -> assertThat(run.err())
                        .contains("cannot be used: it has 7 bytes, a key has at least 16")
                        .doesNotContain("hunter2"));
        assertThat(run(
                        "erase-user",
                        "--user",
                        "a",
                        "--key-file",
                        folder.resolve("none").toString()))
                .returns(2, CommandLineRun::code)
                .satisfies(run -> assertThat(run.err()).contains("there is no such file"));
        assertThat(run("erase-user", "--user", " ").code()).isEqualTo(2);
    }

    @Test
    void the_monitors_role_may_and_the_others_are_told_the_remedy() {
        for (String role : new String[] {"drift_writer", "drift_reader"}) {
            interaction("alice");
            CommandLineRun refused = as(role, "erase-user", "--user", "alice");
            assertThat(refused.code()).as(role).isEqualTo(1);
            assertThat(refused.err())
                    .hasLineCount(1)
                    .startsWith("drift-runner: nothing was deleted: ")
                    .contains("permission denied for table")
                    .contains("GRANT drift_monitor");
        }
        assertThat(rows()).isEqualTo("2 6 2");
        assertThat(as("drift_monitor", "erase-user", "--user", "alice"))
                .returns(0, CommandLineRun::code)
                .satisfies(run -> assertThat(run.out()).startsWith("Deleted: interactions 2,"));
        assertThat(rows()).isEqualTo("0 2 0");
    }

    @Test
    void an_id_full_of_sql_is_an_id() {
        interaction("alice");
        CommandLineRun run = run("erase-user", "--user", "x' OR '1'='1'; DROP TABLE interaction_log; --");
        assertThat(run.code()).isZero();
        assertThat(rows()).isEqualTo("1 3 1");
    }

    @Test
    void after_a_connection_that_broke_nobody_knows_the_outcome() {
        assertThat(EraseUserCommand.outcome(new SQLException("cut", "08006"))).contains("perhaps all; run it again");
        assertThat(EraseUserCommand.outcome(new SQLException("denied", "42501")))
                .isEqualTo("nothing was deleted");
    }
}

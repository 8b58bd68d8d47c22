package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresFolderTest {
    private static final Instant LOGGED = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path folder;

    @Test
    void data_is_there_again_at_the_next_start_and_gone_after_a_fresh_one() throws SQLException {
        try (PostgresFolder postgres = new PostgresFolder(folder)) {
            DemoDatabase database = new DemoDatabase(postgres.start(false), Scenario.DRIFT);
            assertThat(database.loggedAt()).isEmpty();
            database.create();
            assertThat(database.loggedAt()).as("interrupted before the end").isEmpty();
            database.markLogged(LOGGED);
        }
        try (PostgresFolder postgres = new PostgresFolder(folder)) {
            EmbeddedPostgres server = postgres.start(false);
            assertThat(new DemoDatabase(server, Scenario.DRIFT).loggedAt()).contains(LOGGED);
            assertThat(new DemoDatabase(server, Scenario.BASELINE).loggedAt()).isEmpty();
        }
        try (PostgresFolder postgres = new PostgresFolder(folder)) {
            assertThat(new DemoDatabase(postgres.start(true), Scenario.DRIFT).loggedAt())
                    .isEmpty();
        }
    }

    @Test
    void a_folder_in_use_is_refused_with_the_remedy() {
        try (PostgresFolder first = new PostgresFolder(folder)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> new PostgresFolder(folder).close())
                    .isInstanceOf(DemoException.class)
                    .hasMessageContainingAll(folder.toString(), "--folder DIR");
        }
    }

    @Test
    void a_process_number_that_was_given_to_another_program_keeps_nothing_from_starting() throws Exception {
        try (PostgresFolder postgres = new PostgresFolder(folder)) {
            new DemoDatabase(postgres.start(false), Scenario.DRIFT).create();
        }
        String ownNumber = Long.toString(ProcessHandle.current().pid());
        Files.writeString(folder.resolve("data/postmaster.pid"), ownNumber + "\n" + folder.resolve("data") + "\n");

        try (PostgresFolder postgres = new PostgresFolder(folder)) {
            assertThat(new DemoDatabase(postgres.start(false), Scenario.DRIFT).serverVersion())
                    .isNotBlank();
        }
    }

    @Test
    void a_folder_that_cannot_be_made_is_refused_with_the_remedy() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> new PostgresFolder(file).close())
                .isInstanceOf(DemoException.class)
                .hasMessageContaining("--folder DIR");
    }
}

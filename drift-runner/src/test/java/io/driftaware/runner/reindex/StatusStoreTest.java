package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The stored text is a contract: a run begun by one version is ended by the next. */
class StatusStoreTest {
    private static final UUID RUN = UUID.fromString("00000000-0000-0001-0000-000000000002");
    private static final Instant START = Instant.parse("2026-03-04T12:00:00Z");

    private static final String BEGUN =
            "{\"run\":\"00000000-0000-0001-0000-000000000002\",\"state\":\"PREPARING\",\"model\":\"m\",\"dimension\":6,"
                    + "\"started_at\":\"2026-03-04T12:00:00Z\",\"updated_at\":\"2026-03-04T12:00:00Z\",\"embedded\":0,"
                    + "\"reused\":0,\"pending\":0,\"requests\":0,\"tokens\":0,\"failures\":0,\"cursor\":0,\"source\":0,"
                    + "\"source_cursor\":null,\"message\":\"\"}";

    /** Every field has a value of its own, so that none can stand in another's place. */
    private static final String FULL =
            "{\"run\":\"00000000-0000-0001-0000-000000000002\",\"state\":\"FILLING\",\"model\":\"m\",\"dimension\":6,"
                    + "\"started_at\":\"2026-03-04T12:00:00Z\",\"updated_at\":\"2026-03-04T12:00:09.500Z\",\"embedded\":11,"
                    + "\"reused\":12,\"pending\":13,\"requests\":14,\"tokens\":15,\"failures\":16,\"cursor\":17,"
                    + "\"source\":18,\"source_cursor\":\"page 19\",\"message\":\"twenty\",\"comparison\":{\"recall\":0.21,"
                    + "\"queries\":22,\"coverage_before\":null,\"coverage_after\":0.24}}";

    @Test
    void what_is_begun_has_these_bytes() {
        assertThat(StatusStore.write(ReindexStatus.begin(RUN, "m", 6, START))).isEqualTo(BEGUN);
    }

    @Test
    void every_field_is_read_and_written_as_it_stood() throws SQLException {
        assertThat(StatusStore.write(StatusStore.read(FULL))).isEqualTo(FULL);
        assertThat(StatusStore.write(StatusStore.read(BEGUN))).isEqualTo(BEGUN);
    }

    @Test
    void another_state_begins_at_the_first_document_with_no_failure() throws SQLException {
        assertThat(StatusStore.write(StatusStore.read(FULL).to(ReindexState.STOPPED, "spent")))
                .isEqualTo(with(
                        "\"FILLING\"",
                        "\"STOPPED\"",
                        "\"failures\":16,\"cursor\":17",
                        "\"failures\":0,\"cursor\":0",
                        "twenty",
                        "spent"));
    }

    @Test
    void a_batch_adds_its_work_and_its_cost_and_ends_a_row_of_failures() throws SQLException {
        assertThat(StatusStore.write(StatusStore.read(FULL).filled(100, 200, 300, 400, 500)))
                .isEqualTo(with(
                        "\"embedded\":11,\"reused\":12",
                        "\"embedded\":111,\"reused\":212",
                        "\"requests\":14,\"tokens\":15,\"failures\":16,\"cursor\":17",
                        "\"requests\":314,\"tokens\":415,\"failures\":0,\"cursor\":500",
                        "twenty",
                        ""));
    }

    @Test
    void a_failure_is_counted_with_its_calls() throws SQLException {
        assertThat(StatusStore.write(StatusStore.read(FULL).failedOnce("later", 1)))
                .isEqualTo(with(
                        "\"requests\":14", "\"requests\":15", "\"failures\":16", "\"failures\":17", "twenty", "later"));
    }

    @Test
    void each_other_step_changes_its_own_fields_alone() throws SQLException {
        ReindexStatus full = StatusStore.read(FULL);
        assertThat(StatusStore.write(full.from(5))).isEqualTo(with("\"cursor\":17", "\"cursor\":5"));
        assertThat(StatusStore.write(full.counted(7, START)))
                .isEqualTo(with("12:00:09.500Z", "12:00:00Z", "\"pending\":13", "\"pending\":7"));
        assertThat(StatusStore.write(full.fetched(19, null)))
                .isEqualTo(with(
                        "\"failures\":16",
                        "\"failures\":0",
                        "\"source\":18,\"source_cursor\":\"page 19\"",
                        "\"source\":19,\"source_cursor\":null",
                        "twenty",
                        ""));
        assertThat(StatusStore.write(full.compared(new ReindexStatus.Comparison(0.5, 3, 0.25, null))))
                .isEqualTo(with(
                        "{\"recall\":0.21,\"queries\":22,\"coverage_before\":null,\"coverage_after\":0.24}",
                        "{\"recall\":0.5,\"queries\":3,\"coverage_before\":0.25,\"coverage_after\":null}"));
    }

    @Test
    void what_cannot_be_read_names_the_row_and_the_remedy() {
        for (String bad : new String[] {"{}", "[]", FULL.replace("FILLING", "FLYING"), FULL.substring(0, 90)}) {
            assertThatThrownBy(() -> StatusStore.read(bad))
                    .as(bad)
                    .isInstanceOf(SQLException.class)
                    .hasMessage("drift_monitor_state 'reindex' cannot be read: delete the row, then start again");
        }
    }

    private static String with(String... changes) {
        String text = FULL;
        for (int i = 0; i < changes.length; i += 2) {
            assertThat(text).contains(changes[i]);
            text = text.replace(changes[i], changes[i + 1]);
        }
        return text;
    }
}

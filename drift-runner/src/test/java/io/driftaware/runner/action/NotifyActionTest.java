package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.testdb.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

class NotifyActionTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private Connection listener;

    @BeforeEach
    void listen() throws SQLException {
        listener = db.dataSource().getConnection();
        try (Statement statement = listener.createStatement()) {
            statement.execute("LISTEN drift");
            statement.execute("LISTEN \"Other_1\"");
        }
    }

    @AfterEach
    void close() throws SQLException {
        listener.close();
    }

    private static ActionRequest request(String payload) {
        return new ActionRequest("reindex", "it's \"drift\"; DROP", new UUID(0, 42), 1, payload);
    }

    private List<String> heard(int count) throws SQLException {
        List<String> heard = new ArrayList<>();
        while (heard.size() < count) {
            PGNotification[] some = listener.unwrap(PGConnection.class).getNotifications(20_000);
            assertThat(some).as("a notification within 20 s").isNotEmpty();
            for (PGNotification one : some) {
                heard.add(one.getName() + " " + one.getParameter());
            }
        }
        return heard;
    }

    @Test
    void who_listens_hears_the_request() throws SQLException {
        assertThat(new NotifyAction(db.dataSource(), "drift").run(request("{\"at\": \"é\"}")))
                .isEqualTo(new ActionResult.Succeeded());

        assertThat(heard(1))
                .containsExactly("drift {\"idempotency_key\":\"00000000-0000-0000-0000-00000000002a\",\"attempt\":1,"
                        + "\"kind\":\"reindex\",\"reason\":\"it's \\\"drift\\\"; DROP\",\"request\":{\"at\": \"é\"}}");
    }

    @Test
    void a_channel_keeps_its_capitals() throws SQLException {
        new NotifyAction(db.dataSource(), "Other_1").run(request("{}"));

        assertThat(heard(1)).singleElement().asString().startsWith("Other_1 ");
    }

    @Test
    void the_longest_request_that_postgresql_takes_is_whole_and_a_longer_one_has_no_payload() throws SQLException {
        NotifyAction action = new NotifyAction(db.dataSource(), "drift");
        int frame = RequestJson.of(request("\"\"")).getBytes(StandardCharsets.UTF_8).length;
        String fits = "\"" + "é".repeat((NotifyAction.MOST_BYTES - frame) / 2)
                + "x".repeat((NotifyAction.MOST_BYTES - frame) % 2) + "\"";

        assertThat(action.run(request(fits))).isEqualTo(new ActionResult.Succeeded());
        assertThat(action.run(request(fits.replaceFirst("\"$", "x\""))))
                .isEqualTo(new ActionResult.Succeeded("without the payload, which is over 8,000 bytes"));

        List<String> heard = heard(2);
        assertThat(heard.get(0).substring("drift ".length()).getBytes(StandardCharsets.UTF_8))
                .hasSize(NotifyAction.MOST_BYTES);
        assertThat(heard.get(1)).endsWith("\"request\":null}").contains("00000000-0000-0000-0000-00000000002a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a\"b",
                "9a",
                "a-b",
                "é",
                "a234567890123456789012345678901234567890123456789012345678901234"
            })
    void what_is_no_channel_is_refused(String wrong) {
        assertThatIllegalArgumentException().isThrownBy(() -> new NotifyAction(db.dataSource(), wrong));
    }
}

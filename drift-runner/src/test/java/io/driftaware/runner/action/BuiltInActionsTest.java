package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.driftaware.runner.Eventually;
import io.driftaware.runner.action.contract.DriftActionContract;
import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.runner.openai.FakeOpenAi.Fault;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.runner.reindex.ReindexAction;
import io.driftaware.runner.retrain.RetrainAction;
import io.driftaware.runner.retrain.RetrainSettings;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Every built-in action keeps the contract that is published for everybody's. */
class BuiltInActionsTest {
    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final String SECRET = "planted-secret-key";
    private static final Pattern KEY = Pattern.compile("\"idempotency_key\":\"([0-9a-f-]{36})\"");

    // Opened by hand: an extension would be called for each nested class again.
    private static TestDatabase db = TestDatabase.empty();

    @BeforeAll
    static void open() {
        db = TestDatabase.withSchema(4).vectorKind(VectorKind.ARRAY).open();
    }

    @AfterAll
    static void close() {
        db.close();
    }

    /** An index build that a test before interrupted goes on at the server, and would stand in the way. */
    @BeforeEach
    void reset() {
        db.execute(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """);
        db.reset();
    }

    private static List<UUID> keys(String text) {
        return KEY.matcher(text)
                .results()
                .map(found -> UUID.fromString(found.group(1)))
                .toList();
    }

    /** Answers every POST with one status, or not at all. */
    private static final class Receiver implements AutoCloseable {
        final List<String> got = new CopyOnWriteArrayList<>();
        final CountDownLatch called = new CountDownLatch(1);
        volatile int status = 204;
        private final CountDownLatch never = new CountDownLatch(1);
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final HttpServer server;

        Receiver() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                String header = exchange.getRequestHeaders().getFirst("Idempotency-Key");
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                got.add(header == null ? body : "\"idempotency_key\":\"" + header + "\"");
                called.countDown();
                if (status == 0) {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                exchange.sendResponseHeaders(status == 0 ? 500 : status, -1);
                exchange.close();
            });
            server.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + SECRET);
        }

        List<UUID> keys() {
            return BuiltInActionsTest.keys(String.join(" ", got));
        }

        @Override
        public void close() {
            never.countDown();
            server.stop(0);
            threads.shutdownNow();
        }
    }

    @Nested
    class Log extends DriftActionContract {
        @Override
        protected DriftAction action() {
            return new LogAction();
        }
    }

    /** An action over HTTP. */
    abstract static class OverHttp extends DriftActionContract {
        private Receiver receiver;

        abstract DriftAction at(URI url);

        @BeforeEach
        void openReceiver() throws IOException {
            receiver = new Receiver();
        }

        @AfterEach
        void closeReceiver() {
            receiver.close();
        }

        @Override
        protected DriftAction action() {
            receiver.status = 204;
            return at(receiver.url());
        }

        @Override
        protected Optional<List<UUID>> arrived() {
            return Optional.of(receiver.keys());
        }

        @Override
        protected Optional<DriftAction> refused() {
            receiver.status = 400;
            return Optional.of(at(receiver.url()));
        }

        @Override
        protected Optional<DriftAction> unanswered() {
            receiver.status = 0;
            return Optional.of(at(receiver.url()));
        }

        @Override
        protected void awaitCall() throws InterruptedException {
            receiver.called.await();
        }

        @Override
        protected List<String> secrets() {
            return List.of(SECRET);
        }
    }

    @Nested
    class Webhook extends OverHttp {
        @Override
        DriftAction at(URI url) {
            return new WebhookAction(url, SECRET, AllowedHosts.any(), () -> NOW, Duration.ofMinutes(5));
        }
    }

    @Nested
    class Github extends OverHttp {
        @Override
        DriftAction at(URI url) {
            return new GithubAction(
                    new GithubAction.Settings(url, "owner/name", "drift", SECRET, false),
                    () -> NOW,
                    Duration.ofMinutes(5));
        }
    }

    @Nested
    @DisabledOnOs(OS.WINDOWS)
    class Command extends DriftActionContract {
        @TempDir
        Path folder;

        private DriftAction shell(String script) {
            return new CommandAction(
                    List.of("/bin/sh", "-c", script),
                    Map.of("PATH", "/usr/bin:/bin", "FOLDER", folder.toString(), "PLANTED", SECRET),
                    Duration.ofMinutes(5),
                    false,
                    new SafeText(List.of(SECRET)));
        }

        @Override
        protected DriftAction action() {
            return shell("cat > $FOLDER/in-$$; echo \"said $PLANTED\"");
        }

        @Override
        protected Optional<DriftAction> refused() {
            return Optional.of(shell("echo \"no: $PLANTED\"; exit 1"));
        }

        @Override
        protected Optional<DriftAction> unanswered() {
            return Optional.of(shell("touch $FOLDER/called; sleep 600"));
        }

        @Override
        protected void awaitCall() throws Exception {
            Eventually.isTrue("the program runs", () -> Files.exists(folder.resolve("called")));
        }

        @Override
        protected List<String> secrets() {
            return List.of(SECRET);
        }

        @Override
        protected Optional<List<UUID>> arrived() throws IOException {
            StringBuilder all = new StringBuilder();
            try (var files = Files.newDirectoryStream(folder, "in-*")) {
                for (Path file : files) {
                    all.append(Files.readString(file));
                }
            }
            return Optional.of(keys(all.toString()));
        }
    }

    @Nested
    class Notify extends DriftActionContract {
        private Connection listener;

        @BeforeEach
        void listen() throws SQLException {
            listener = db.dataSource().getConnection();
            try (Statement statement = listener.createStatement()) {
                statement.execute("LISTEN drift");
            }
        }

        @AfterEach
        void stopListening() throws SQLException {
            listener.close();
        }

        @Override
        protected DriftAction action() {
            return new NotifyAction(db.dataSource(), "drift");
        }

        @Override
        protected Optional<List<UUID>> arrived() throws SQLException {
            List<UUID> keys = new ArrayList<>();
            try (Statement statement = listener.createStatement()) {
                statement.execute("SELECT 1"); // what was notified before arrives with the answer
            }
            PGNotification[] some = listener.unwrap(PGConnection.class).getNotifications();
            for (PGNotification one : some == null ? new PGNotification[0] : some) {
                keys.addAll(keys(one.getParameter()));
            }
            return Optional.of(keys);
        }
    }

    /** An action that works with OpenAI's API. */
    abstract static class OverOpenAi extends DriftActionContract {
        final FakeOpenAi fake = FakeOpenAi.start();

        abstract DriftAction made();

        OpenAiClient client() {
            return new OpenAiClient(fake.url(), FakeOpenAi.KEY, Duration.ofMinutes(5), 1 << 19);
        }

        @AfterEach
        void closeFake() {
            fake.close();
        }

        @Override
        protected DriftAction action() {
            return made();
        }

        @Override
        protected Optional<DriftAction> unanswered() {
            fake.failNext(Fault.SILENT, Fault.SILENT, Fault.SILENT);
            return Optional.of(made());
        }

        @Override
        protected void awaitCall() throws Exception {
            Eventually.isTrue("the server is asked", () -> fake.requests.get() > 0);
        }

        @Override
        protected List<String> secrets() {
            return List.of(FakeOpenAi.KEY);
        }
    }

    @Nested
    class Reindex extends OverOpenAi {
        @BeforeEach
        void a_document() {
            db.execute("INSERT INTO documents (source, content, embedding) VALUES ('s', 'about topics', '{1,2,3,4}')");
        }

        @Override
        DriftAction made() {
            return new ReindexAction.Provider()
                    .create(new ActionContext(
                            Map.of(
                                    "DRIFT_REINDEX_MODEL",
                                    "new-model-4",
                                    "DRIFT_REINDEX_DIM",
                                    "4",
                                    "OPENAI_API_KEY",
                                    FakeOpenAi.KEY,
                                    "OPENAI_BASE_URL",
                                    fake.url().toString()),
                            db.dataSource(),
                            InstantSource.system()));
        }

        @Override
        protected Optional<DriftAction> refused() {
            fake.failNext(Fault.NO_KEY, Fault.NO_KEY, Fault.NO_KEY);
            return Optional.of(made());
        }
    }

    @Nested
    class Retrain extends OverOpenAi {
        @BeforeEach
        void enough_answers() {
            db.execute(
                    """
                    INSERT INTO interaction_log (timestamp, user_query, model_response, user_feedback_score, content_capture)
                    SELECT '2026-03-01', 'question ' || n, 'answer ' || n, 1, 'REDACTED' FROM generate_series(1, 40) n
                    """);
        }

        @Override
        DriftAction made() {
            return new RetrainAction(
                    client(), db.dataSource(), () -> NOW, new RetrainSettings("small-model", 90, 10, false));
        }

        @Override
        protected String kind() {
            return "retrain";
        }

        @Override
        protected Optional<DriftAction> refused() {
            fake.failNext(Fault.NO_KEY);
            return Optional.of(made());
        }
    }

    /** Keeps nothing of the contract. */
    private static final class Broken extends DriftActionContract {
        private int keys;

        @Override
        protected DriftAction action() {
            return new DriftAction() {
                @Override
                public String name() {
                    return "Broken " + keys++;
                }

                @Override
                @SuppressWarnings("NullAway")
                public ActionResult run(ActionRequest request) {
                    if (!request.kind().equals("reindex")) {
                        return null;
                    }
                    return new ActionResult.Succeeded("two lines\n" + SECRET);
                }
            };
        }

        @Override
        protected Optional<List<UUID>> arrived() {
            return Optional.of(List.of(UUID.randomUUID()));
        }

        @Override
        protected Optional<DriftAction> refused() {
            return Optional.of(action());
        }

        @Override
        protected Optional<DriftAction> unanswered() {
            return Optional.of(new DriftAction() {
                @Override
                public String name() {
                    return "deaf";
                }

                @Override
                public ActionResult run(ActionRequest request) {
                    return new ActionResult.Succeeded();
                }
            });
        }

        @Override
        protected List<String> secrets() {
            return List.of(SECRET);
        }
    }

    @Test
    void an_action_that_keeps_nothing_of_the_contract_fails_each_of_its_tests() {
        Broken broken = new Broken();
        for (ThrowingCallable test : List.<ThrowingCallable>of(
                broken::its_name_is_one_short_word_that_stays_the_same,
                broken::it_has_a_result_for_a_request_of_every_kind,
                broken::a_request_arrives_under_its_key_and_again_under_the_same,
                broken::two_requests_at_once_are_not_mixed_up,
                broken::a_refusal_is_no_success,
                broken::what_it_says_is_one_line_without_secrets,
                broken::an_interrupt_ends_a_call)) {
            assertThatThrownBy(test).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void no_built_in_action_is_missing_here() {
        List<String> names = new ArrayList<>(List.of(LogAction.NAME, WebhookAction.NAME));
        ServiceLoader.load(DriftActionProvider.class).forEach(provider -> names.add(provider.name()));
        names.remove("provided-for-test");

        assertThat(BuiltInActionsTest.class.getDeclaredClasses())
                .filteredOn(one -> one.isAnnotationPresent(Nested.class))
                .extracting(one -> one.getSimpleName().toLowerCase(java.util.Locale.ROOT))
                .containsExactlyInAnyOrderElementsOf(names);
    }
}

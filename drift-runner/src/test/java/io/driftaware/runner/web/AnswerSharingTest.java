package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which requests share an answer, and which must not. */
class AnswerSharingTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(16);

    private static Request request(String path, Map<String, String> query) {
        return new Request(path, query, false, null, true);
    }

    @Test
    void requests_that_differ_have_keys_that_differ() {
        assertThat(List.of(
                        request("/a", Map.of("x", "1, y=2")).key(),
                        request("/a", Map.of("x", "1", "y", "2")).key(),
                        request("/a{x=1", Map.of()).key(),
                        request("/a", Map.of("x", "12:y")).key(),
                        request("/a", Map.of()).key()))
                .doesNotHaveDuplicates();
    }

    /** Gives connections only once the gate is open, and counts who came. */
    private record Gated(DataSource behind, CountDownLatch gate, AtomicInteger taken) implements DataSource {
        @Override
        public Connection getConnection() throws SQLException {
            taken.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return behind.getConnection();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        @Override
        public PrintWriter getLogWriter() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setLogWriter(PrintWriter out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setLoginTimeout(int seconds) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }

    @Test
    void equal_requests_at_the_same_time_read_the_database_once() throws Exception {
        Gated gated = new Gated(db.dataSource(), new CountDownLatch(1), new AtomicInteger());
        Health health = new Health(true, true, "ok", Optional.empty(), Optional.empty());
        ApiV1 api = new ApiV1(
                new Dashboard(
                        new Views(gated, MonitorConfig.defaults(), () -> health, InstantSource.system()), List.of()),
                System::nanoTime);
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            CountDownLatch asking = new CountDownLatch(6);
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(threads.submit(() -> {
                    asking.countDown();
                    return api.answer(request("/api/v1/overview", Map.of()));
                }));
            }
            asking.await();
            gated.gate().countDown();
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
            assertThat(gated.taken().get()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }
}

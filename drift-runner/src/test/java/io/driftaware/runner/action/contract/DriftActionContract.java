package io.driftaware.runner.action.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * What the monitor relies on in an action. Extend it, give it your action over something real, and run it with JUnit 5; it
 * needs {@code junit-jupiter} and {@code assertj-core} on the class path. Hooks that are left out leave their tests out.
 *
 * <pre>{@code
 * class TicketActionTest extends DriftActionContract {
 *     @Override
 *     protected DriftAction action() {
 *         return new TicketAction(server.url());
 *     }
 * }
 * }</pre>
 */
public abstract class DriftActionContract {
    private static final Set<String> KINDS = Set.of("reindex", "retrain", "notify");
    private static final int LONGEST_TEXT = 500;
    private static final long PATIENCE_SECONDS = 60;

    /** For subclasses. */
    protected DriftActionContract() {}

    /** The action, over an outside that takes what comes; anew for each test. */
    protected abstract DriftAction action() throws Exception;

    /** The idempotency keys that arrived outside since the test began, in order; empty where nobody can see them. */
    protected Optional<List<UUID>> arrived() throws Exception {
        return Optional.empty();
    }

    /** The same action, over an outside that refuses everything; empty where none can refuse. */
    protected Optional<DriftAction> refused() throws Exception {
        return Optional.empty();
    }

    /** The same action, over an outside that never answers; empty where it calls none. */
    protected Optional<DriftAction> unanswered() throws Exception {
        return Optional.empty();
    }

    /** Waits until a call over {@link #unanswered()} is under way; by default it takes a second for that. */
    protected void awaitCall() throws Exception {
        TimeUnit.SECONDS.sleep(1);
    }

    /** The kind of request that it does something for. */
    protected String kind() {
        return "reindex";
    }

    /** What the action knows and must not say. */
    protected List<String> secrets() {
        return List.of();
    }

    /** A request of a kind, as a monitor makes it. */
    protected ActionRequest request(String kind, UUID key, int attempt) {
        return new ActionRequest(
                kind,
                "embedding_drift",
                key,
                attempt,
                "{\"kind\": \"" + kind + "\", \"reason\": \"embedding_drift\", \"at\": \"2026-03-01T12:00:00Z\","
                        + " \"streams\": [\"query_embeddings\"], \"episodes\": [1], \"details\": {}}");
    }

    private static boolean done(ActionResult result) {
        return result instanceof ActionResult.Succeeded || result instanceof ActionResult.Running;
    }

    @Test
    public final void its_name_is_one_short_word_that_stays_the_same() throws Exception {
        DriftAction action = action();

        assertThat(action.name()).matches("[a-z0-9][a-z0-9-]{0,39}").isEqualTo(action.name());
        assertThat(action().name()).isEqualTo(action.name());
        assertThat(action.target()).isNotBlank().isEqualTo(action().target());
    }

    @Test
    public final void it_has_a_result_for_a_request_of_every_kind() throws Exception {
        for (String kind : KINDS) {
            assertThat(action().run(request(kind, UUID.randomUUID(), 1)))
                    .as(kind)
                    .isNotNull()
                    .matches(DriftActionContract::done, "done, or going on");
        }
    }

    @Test
    public final void a_request_arrives_under_its_key_and_again_under_the_same() throws Exception {
        assumeTrue(arrived().isPresent(), "nobody can see what arrives");
        DriftAction action = action();
        UUID key = UUID.randomUUID();
        action.run(request(kind(), key, 1));
        action.run(request(kind(), key, 2));

        assertThat(arrived().orElseThrow()).isNotEmpty().containsOnly(key);
    }

    @Test
    public final void two_requests_at_once_are_not_mixed_up() throws Exception {
        assumeTrue(arrived().isPresent(), "nobody can see what arrives");
        DriftAction action = action();
        List<UUID> keys = List.of(UUID.randomUUID(), UUID.randomUUID());
        ExecutorService threads = Executors.newFixedThreadPool(keys.size());
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<ActionResult>> results = new ArrayList<>();
            for (UUID key : keys) {
                results.add(threads.submit(() -> {
                    start.await();
                    return action.run(request(kind(), key, 1));
                }));
            }
            start.countDown();
            for (Future<ActionResult> result : results) {
                assertThat(result.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(arrived().orElseThrow()).containsAll(keys);
    }

    @Test
    public final void a_refusal_is_no_success() throws Exception {
        Optional<DriftAction> refused = refused();
        assumeTrue(refused.isPresent(), "nobody can refuse");

        assertThat(resultOf(refused.get())).doesNotMatch(text -> text.startsWith("Succeeded"));
    }

    @Test
    public final void what_it_says_is_one_line_without_secrets() throws Exception {
        List<String> said = new ArrayList<>(List.of(action().toString(), resultOf(action())));
        Optional<DriftAction> refused = refused();
        if (refused.isPresent()) {
            said.add(resultOf(refused.get()));
        }
        for (String text : said) {
            assertThat(text).hasLineCount(1).hasSizeLessThan(LONGEST_TEXT);
            secrets().forEach(secret -> assertThat(text).doesNotContain(secret));
        }
    }

    @Test
    public final void an_interrupt_ends_a_call() throws Exception {
        Optional<DriftAction> unanswered = unanswered();
        assumeTrue(unanswered.isPresent(), "it calls nobody");
        AtomicReference<String> ended = new AtomicReference<>("it goes on");
        Thread thread = new Thread(() -> {
            try {
                ended.set(lastResultOf(unanswered.get()));
            } catch (InterruptedException e) {
                ended.set("it was interrupted");
            }
        });
        thread.setDaemon(true);
        thread.start();
        try {
            awaitCall();
        } catch (AssertionError e) {
            throw new AssertionError("nobody was called; of the call: " + ended, e);
        }
        assertThat(ended).as("the call is under way").hasValue("it goes on");
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));

        assertThat(thread.isAlive()).as("the call goes on after the interrupt").isFalse();
    }

    /** What it ends with, called again under the same key as long as it says that it goes on. */
    private String lastResultOf(DriftAction action) throws InterruptedException {
        ActionRequest request = request(kind(), UUID.randomUUID(), 1);
        try {
            ActionResult result = action.run(request);
            while (result instanceof ActionResult.Running running) {
                TimeUnit.NANOSECONDS.sleep(running.next().toNanos());
                result = action.run(request);
            }
            return String.valueOf(result);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return e.toString();
        }
    }

    /** An exception is a way to say that nobody knows; it is stored and shown like a result. */
    private String resultOf(DriftAction action) throws InterruptedException {
        try {
            return String.valueOf(action.run(request(kind(), UUID.randomUUID(), 1)));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return e.toString();
        }
    }
}

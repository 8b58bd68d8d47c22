package io.driftaware.runner.web;

import io.driftaware.runner.BaselineAdmin;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.FixedClock;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A monitor of a database in a state of one's choice, with its dashboard on a port. */
final class Watched implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    static final String TOKEN = "correct-horse-battery";
    static final String HOSTILE =
            "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

    private static final Duration DAY = Duration.ofDays(1);
    private static final int TOPICS = 20;
    private static final Map<String, TestDatabase> SCENES = new HashMap<>();

    private final TestDatabase db;
    private final FixedClock clock = new FixedClock(NOW);
    private final AtomicLong skipped = new AtomicLong();
    private final Random random = new Random(7);
    private final TopicTraffic traffic;
    private final CollectorRegistry registry = new CollectorRegistry();
    private final DriftMonitor monitor;
    private final MonitorServer server;
    private final MonitorServer guarded;

    Watched(TestDatabase db) throws IOException {
        this.db = db;
        db.reset();
        traffic = new TopicTraffic(db, TOPICS + 3, 11);
        MonitorConfig config =
                MonitorConfig.builder().embeddingDim(TopicTraffic.DIMENSION).build();
        monitor = DriftMonitor.builder(db.pool())
                .config(config)
                .registry(registry)
                .clock(clock)
                .build();
        Views views = new Views(db.dataSource(), config, monitor::health, clock);
        server = MonitorServer.start(
                "127.0.0.1", 0, registry, monitor::health, new Dashboard(views, List.of()), this::nanoTime);
        server.serve(new ActionsApi(db.dataSource(), null, null, clock));
        BaselineAdmin admin = new BaselineAdmin(db.dataSource(), config, clock);
        server.serve(new BaselinesApi(admin, null));
        guarded = MonitorServer.start(
                "127.0.0.1", 0, registry, monitor::health, new Dashboard(views, List.of(TOKEN)), this::nanoTime);
        guarded.serve(new ActionsApi(db.dataSource(), TOKEN, null, clock));
        guarded.serve(new BaselinesApi(admin, TOKEN));
    }

    String url() {
        return "http://localhost:" + server.port();
    }

    /** The same with {@link #TOKEN} set. */
    String guardedUrl() {
        return "http://localhost:" + guarded.port();
    }

    private long nanoTime() {
        return System.nanoTime() + skipped.get();
    }

    /** Whatever was asked before is read again: the tables were written to behind the monitor's back. */
    void answersGrowOld() {
        skipped.addAndGet(DAY.toNanos());
    }

    DriftMonitor monitor() {
        return monitor;
    }

    FixedClock clock() {
        return clock;
    }

    /** New topics, more refusals and queries without a document near, of segments with hostile names. */
    Watched drifted() {
        return copied("drifted", Watched::drift);
    }

    /** As before. */
    Watched healthy() {
        return copied("healthy", Watched::goOnAsUsual);
    }

    /** What takes seconds to fill and to check the first time is done once in a JVM, and copied. */
    private Watched copied(String scene, Consumer<Watched> filling) {
        db.become(SCENES.computeIfAbsent(scene, name -> filled(filling)));
        monitor.checkOnce();
        return this;
    }

    private static TestDatabase filled(Consumer<Watched> filling) {
        TestDatabase original = TestDatabase.withSchema(TopicTraffic.DIMENSION).openUntilExit();
        try (Watched watched = new Watched(original)) {
            filling.accept(watched);
            watched.monitor.checkOnce();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return original;
    }

    private void drift() {
        usual();
        traffic.log(
                1_200,
                daysAgo(4),
                DAY.multipliedBy(4),
                i -> chance(0.2) ? TOPICS + i % 3 : known(),
                i -> chance(0.15),
                i -> score(),
                this::segment);
        db.execute(
                "UPDATE interaction_log SET retrieval_hits = CASE WHEN user_query ~ 'topic 2[012]$' THEN 0 ELSE 5 END,"
                        + " retrieval_top_score = 0.6 + 0.3 * ((id * 7919) % 1000) / 1000.0");
        db.execute("UPDATE interaction_log SET user_query = '" + HOSTILE.replace("'", "''")
                + " ' || user_query, model_response = '" + HOSTILE.replace("'", "''") + "' WHERE id % 3 = 0");
    }

    private void goOnAsUsual() {
        usual();
        traffic.log(900, daysAgo(4), DAY.multipliedBy(4), i -> known(), i -> chance(0.02), i -> score(), this::segment);
        retrievalsFoundSomething();
    }

    /** Of the few recent answers, more were refused than the limit allows; by chance, for all that is known. */
    Watched unproven() {
        traffic.log(2_400, daysAgo(36), DAY.multipliedBy(6), i -> known(), i -> chance(0.02), i -> score());
        traffic.log(200, daysAgo(4), DAY.multipliedBy(4), i -> known(), i -> i % 14 == 0, i -> score());
        monitor.checkOnce();
        return this;
    }

    /** Since yesterday. */
    Watched learning() {
        traffic.log(30, daysAgo(1), DAY, i -> known(), i -> false, i -> score());
        monitor.checkOnce();
        return this;
    }

    /** Nothing was ever logged. */
    Watched checked() {
        monitor.checkOnce();
        return this;
    }

    private void usual() {
        traffic.log(
                2_400, daysAgo(36), DAY.multipliedBy(6), i -> known(), i -> chance(0.02), i -> score(), this::segment);
        traffic.log(
                600, daysAgo(10), DAY.multipliedBy(6), i -> known(), i -> chance(0.02), i -> score(), this::segment);
        retrievalsFoundSomething();
    }

    private void retrievalsFoundSomething() {
        db.execute(
                "UPDATE interaction_log SET retrieval_hits = 5, retrieval_top_score = 0.6 + 0.3 * ((id * 7919) % 1000)"
                        + " / 1000.0");
    }

    private String segment(int i) {
        return i % 4 == 0 ? HOSTILE : "tenant-" + i % 4;
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(DAY.multipliedBy(days));
    }

    private int known() {
        return random.nextInt(TOPICS);
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private Double score() {
        return chance(0.8) ? 1.0 : 0.0;
    }

    @Override
    public void close() {
        server.close();
        guarded.close();
        monitor.close();
    }
}

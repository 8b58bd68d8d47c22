package io.driftaware.examples.demo;

import io.driftaware.logging.LoggerStats;
import io.driftaware.runner.store.SchemaSetup;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings the two periods of traffic into the database, or finds them there. */
final class DemoData {
    private static final long SEED = 20_240_607;

    /** Kept free at the ends of the windows, so that a check some hours later sees the same rows. */
    private static final Duration WINDOW_MARGIN = Duration.ofHours(12);

    private static final Duration LEAVING_THE_WINDOWS = Duration.ofHours(20);

    private final DemoDatabase database;
    private final Screen screen;
    private final Path folder;
    private final Runnable failIfStopped;

    DemoData(DemoDatabase database, Screen screen, Path folder, Runnable failIfStopped) {
        this.database = database;
        this.screen = screen;
        this.folder = folder;
        this.failIfStopped = failIfStopped;
    }

    void provide(DemoOptions options, Instant now) throws SQLException {
        Optional<Instant> loggedAt = database.loggedAt();
        if (loggedAt.isPresent()) {
            sayFound(Duration.between(loggedAt.get(), now));
            return;
        }
        screen.start("schema", "setup_database.sql");
        database.create();
        SchemaSetup.run(database.dataSource(), QueryEmbedder.DIMENSION, false);
        screen.done("setup_database.sql, " + QueryEmbedder.DIMENSION + " dimensions, without pgvector");

        Corpus corpus = Corpus.load();
        Traffic traffic = new Traffic(corpus, SEED);
        List<Exchange> baseline = traffic.baseline(
                options.baselineSize,
                now.minus(Duration.ofDays(37)).plus(WINDOW_MARGIN),
                now.minus(Duration.ofDays(30)).minus(WINDOW_MARGIN));
        List<Exchange> recent = traffic.recent(
                options.recentSize,
                now.minus(Duration.ofDays(7)).plus(WINDOW_MARGIN),
                now.minus(Duration.ofMinutes(2)),
                options.scenario);
        log(corpus.documents(), baseline, recent, embed(corpus, baseline, recent), now);
        database.markLogged(now);
    }

    private void sayFound(Duration age) {
        screen.start("data", "");
        screen.done("found again, logged " + words(age) + " ago; nothing is logged twice");
        if (age.compareTo(LEAVING_THE_WINDOWS) > 0) {
            screen.line("            It is leaving the monitor's windows: --fresh logs it anew.");
        }
    }

    private static String words(Duration age) {
        if (age.toHours() >= 48) {
            return age.toDays() + " days";
        }
        return age.toMinutes() >= 120 ? age.toHours() + " hours" : age.toMinutes() + " min";
    }

    private Map<String, float[]> embed(Corpus corpus, List<Exchange> baseline, List<Exchange> recent) {
        List<String> queries = Stream.concat(baseline.stream(), recent.stream())
                .map(Exchange::query)
                .distinct()
                .toList();
        List<String> texts =
                Stream.concat(corpus.documents().stream(), queries.stream()).toList();
        screen.start("embedding", "loading " + QueryEmbedder.MODEL);
        try (QueryEmbedder embedder = new QueryEmbedder(folder.resolve("native"))) {
            Map<String, float[]> vectors = embedder.embed(texts, done -> progress(done, texts.size(), "texts"));
            screen.done(String.format(
                    Locale.ROOT,
                    "%,d distinct queries, %d help pages: %s in this process",
                    queries.size(),
                    corpus.documents().size(),
                    QueryEmbedder.MODEL));
            return vectors;
        }
    }

    private void progress(long done, long total, String what) {
        failIfStopped.run();
        screen.progress(done, total, what);
    }

    private void log(
            List<String> documents,
            List<Exchange> baseline,
            List<Exchange> recent,
            Map<String, float[]> vectors,
            Instant now) {
        long events = TrafficLog.events(baseline) + TrafficLog.events(recent) + 2L * documents.size();
        screen.start("logging", "through the SDK");
        try (TrafficLog log =
                new TrafficLog(database.dataSource(), vectors, written -> progress(written, events, "events"))) {
            log.documents(documents, now.minus(Duration.ofDays(33)));
            log.exchanges(baseline);
            log.documents(documents, now.minus(Duration.ofDays(3)));
            log.exchanges(recent);
            LoggerStats books = log.finish();
            screen.done(String.format(
                    Locale.ROOT,
                    "%,d interactions 30 to 37 days ago, %,d in the last 7 days: %,d events, %d dropped",
                    baseline.size(),
                    recent.size(),
                    books.written(),
                    books.droppedTotal()));
        }
    }
}

package io.driftaware.examples.sampledata;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.FlushResult;
import io.driftaware.logging.Interaction;
import io.driftaware.runner.ConfigException;
import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.DatabaseErrors;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine;

/**
 * Generates documents and interactions of a known kind: a baseline period 30 to 37 days ago, and the last 7 days.
 * Reads DATABASE_URL and EMBEDDING_DIM from the environment or {@code .env}. Exit codes: 0, 1 failure, 2 usage.
 */
public final class SampleData {
    static final String EMBEDDING_MODEL = "sample-data";

    /** Kept free at the old end of the windows, so that a check some hours later still has all rows in them. */
    private static final Duration MARGIN = Duration.ofHours(12);

    private static final int MOST_PENDING = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final DataSource dataSource;
    private final int dimension;
    private final InstantSource clock;
    private final PrintStream out;

    SampleData(DataSource dataSource, int dimension, InstantSource clock, PrintStream out) {
        this.dataSource = dataSource;
        this.dimension = dimension;
        this.clock = clock;
        this.out = out;
    }

    /**
     * Runs the program.
     *
     * @param arguments as {@code --help} explains them
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SampleDataOptions(SampleData::start))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    private static int start(SampleDataOptions options) {
        try {
            MonitorConfig config = MonitorConfig.fromEnvironment(System.getenv(), Path.of(".env"));
            DatabaseUrl url = config.requiredDatabaseUrl();
            try {
                new SampleData(open(url), config.embeddingDim(), InstantSource.system(), System.out).run(options);
                return 0;
            } catch (SQLException e) {
                return failed(DatabaseErrors.explain(e, url.redacted()));
            }
        } catch (ConfigException | IllegalStateException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private static int failed(String message) {
        System.err.println("sample-data: " + message);
        return 1;
    }

    private static DataSource open(DatabaseUrl url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url.jdbcUrl());
        source.setApplicationName("drift-sample-data");
        url.user().ifPresent(source::setUser);
        url.password().ifPresent(source::setPassword);
        return source;
    }

    /** Does what the options ask for. */
    void run(SampleDataOptions options) throws SQLException {
        SampleStore store = new SampleStore(dataSource);
        String problem = store.problem(dimension).orElse(null);
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
        if (!options.statsOnly) {
            if (options.clean) {
                out.println("Deleted " + store.clean() + " generated rows.");
            }
            generate(options, store);
        }
        out.println();
        out.print(store.statistics().toText());
    }

    private void generate(SampleDataOptions options, SampleStore store) throws SQLException {
        Generator generator = new Generator(dimension, options.seed);
        Instant now = clock.instant();
        List<SampleDocument> documents = generator.documents(options.documents);
        List<Long> ids = store.insert(documents);
        try (DriftLogger logger = DriftLogger.builder(dataSource)
                .embeddingModel(EMBEDDING_MODEL, dimension)
                .build()) {
            for (int i = 0; i < documents.size(); i++) {
                SampleDocument document = documents.get(i);
                String mark = SampleMark.documentEmbedding(document.topic(), ids.get(i));
                log(
                        logger,
                        EmbeddingRecord.document(document.embedding())
                                .withRefId(ids.get(i))
                                .withMetadataJson(mark));
            }
            generator.baseline(
                    options.interactions,
                    now.minus(Duration.ofDays(37)).plus(MARGIN),
                    now.minus(Duration.ofDays(30)).minus(MARGIN),
                    interaction -> log(logger, interaction, Scenario.BASELINE));
            generator.recent(
                    options.scenario,
                    options.recent(),
                    now.minus(Duration.ofDays(7)).plus(MARGIN),
                    now.minusSeconds(60),
                    interaction -> log(logger, interaction, options.scenario));
            requireComplete(logger.flush(PATIENCE));
        }
        out.printf(
                "Wrote %d documents, %d baseline and %d recent interactions (%s) of %d dimensions.%n",
                options.documents, options.interactions, options.recent(), options.scenario, dimension);
    }

    private static void log(DriftLogger logger, SampleInteraction sample, Scenario scenario) {
        String mark = SampleMark.interaction(sample.topic(), scenario);
        Interaction.Builder interaction = Interaction.builder()
                .timestamp(sample.at())
                .query(sample.query())
                .response(sample.reply())
                .refusal(sample.refused())
                .toxic(sample.toxic())
                .topic(sample.topic().label())
                .metadataJson(mark);
        sample.rating().ifPresent(interaction::feedback);
        UUID id = logger.log(interaction.build());
        log(
                logger,
                EmbeddingRecord.query(sample.embedding())
                        .withInteraction(id)
                        .withTimestamp(sample.at())
                        .withMetadataJson(mark));
    }

    /** The queue drops what it has no room for, and this program is faster than any database: it waits now and then. */
    private static void log(DriftLogger logger, EmbeddingRecord embedding) {
        logger.log(embedding);
        if (logger.stats().pending() >= MOST_PENDING) {
            requireComplete(logger.flush(PATIENCE));
        }
    }

    private static void requireComplete(FlushResult result) {
        if (!result.complete()) {
            throw new IllegalStateException("not everything was written: " + result.dropped() + " events dropped, "
                    + result.pending() + " pending (" + result.lastError().orElse("no error was reported")
                    + "); run again with --clean");
        }
    }
}

package io.driftaware.logging;

import io.driftaware.logging.postgres.CopyWriter;
import io.driftaware.logging.privacy.ContentCapture;
import io.driftaware.logging.privacy.Redactor;
import io.driftaware.logging.privacy.UserIds;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Logs what an application does with a language model into PostgreSQL, without slowing it down. One per application, for any
 * number of threads:
 *
 * <pre>{@code
 * try (DriftLogger logger = DriftLogger.builder(dataSource).embeddingModel("all-MiniLM-L6-v2", 384).build()) {
 *     UUID id = logger.log(Interaction.builder().query(question).response(answer).refusal(false).build());
 *     logger.log(EmbeddingRecord.query(vector).withInteraction(id));
 *     logger.feedback(id, 0.8);
 * }
 * }</pre>
 *
 * <p>What it guarantees:
 *
 * <ul>
 *   <li>{@code log} and {@code feedback} never throw and never wait for the database or for each other. A vector is copied
 *       once, into an array kept for that; the caller may use its own again when the call returns.
 *   <li>Memory is bounded, by a number of events and by bytes. When the queue is full the newest event is dropped and
 *       counted.
 *   <li>Every event is accounted for: {@link #stats()} balances exactly at any moment, and {@link #flush} says what happened.
 *   <li>Values that would spoil the data, such as NaN, another dimension than the model's, a zero vector, a score outside 0
 *       to 1, metadata that is not JSON, are refused before they are queued, counted by reason and reported in one line.
 *   <li>An accepted event lands in the database once. When the connection is lost at the commit, and so nobody knows its
 *       outcome, the events are sent again in a way that skips those that are there.
 *   <li>A row that the database refuses is dropped alone; the rows around it are stored. Any other failure keeps the events
 *       and is tried again, with growing pauses, until it works or the logger is closed.
 *   <li>Personal data and secrets that {@link Redactor#standard()} knows are taken out of texts and metadata before they
 *       leave the heap; {@link Builder#contentCapture} keeps more or nothing. If that fails, the texts are not stored.
 *   <li>Text and metadata never appear in log lines, listener calls or exceptions.
 *   <li>What a killed process can lose is what {@link LoggerStats#pending()} would have said.
 * </ul>
 *
 * <p>The DataSource gives one connection, which is kept while there is something to write and handed back after
 * {@linkplain Builder#idleTimeout a while} without; a pool that the application shares needs room for it.
 */
public final class DriftLogger implements AutoCloseable {
    private final InstantSource clock;
    private final EventIds ids;
    private final Books books;
    private final Admission admission;
    private final Writer writer;
    private final long closeNanos;
    private final @Nullable Thread exitHook;

    private DriftLogger(DataSource dataSource, Settings settings) {
        SecureRandom seed = new SecureRandom();
        clock = settings.clock();
        ids = new EventIds(seed);
        EventRing ring = new EventRing(settings.queueCapacity(), settings.queueBytes());
        VectorPool pool = settings.vectorPool();
        books = new Books(ring, pool);
        CopyWriter<Slot> database = new CopyWriter<>(dataSource, EventTables.all());
        Reporter reporter = new Reporter(books, new Notifier(settings.listener()));
        Preparation capturing = new Capturing(
                settings.capture(), why -> books.withheld().add(WithholdReason.REDACTION_FAILED, 1, () -> why));
        writer = new Writer(ring, books, database, capturing, reporter, new Backoff(seed.nextLong()), settings);
        admission = new Admission(ring, pool, books, settings, writer::published);
        closeNanos = Settings.nanos(settings.closeTimeout());
        exitHook = settings.closeOnExit() ? new Thread(this::close, "drift-logger-exit") : null;
    }

    private void start() {
        if (exitHook != null) {
            Runtime.getRuntime().addShutdownHook(exitHook);
        }
        writer.start();
    }

    /**
     * Starts to describe a logger.
     *
     * @param dataSource where the schema of {@code setup_database.sql} is, or will be: nothing connects before the first
     *     event. Its connections must unwrap to {@code org.postgresql.PGConnection}, as those of pgjdbc and HikariCP do.
     * @return a builder with defaults
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /**
     * Logs an interaction. Never throws, never waits.
     *
     * @param interaction what happened
     * @return its id, for embeddings and feedback: the one that was set, else a new one. Also when it was not accepted.
     */
    public UUID log(Interaction interaction) {
        UUID given = interaction == null ? null : interaction.id;
        try {
            Instant now = clock.instant();
            UUID eventId = ids.next(now.toEpochMilli());
            UUID id = given == null ? eventId : given;
            admission.interaction(eventId, id, interaction, now);
            return id;
        } catch (RuntimeException e) {
            UUID id = failed(e);
            return given == null ? id : given;
        }
    }

    /**
     * Logs an embedding. Never throws, never waits. The vector is copied before this returns.
     *
     * @param embedding what was embedded
     * @return the event's id, also when it was not accepted
     */
    public UUID log(EmbeddingRecord embedding) {
        try {
            Instant now = clock.instant();
            UUID eventId = ids.next(now.toEpochMilli());
            admission.embedding(eventId, embedding, now);
            return eventId;
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    /**
     * Logs what the user thought of an answer. Never throws, never waits.
     *
     * @param interactionId what {@link #log(Interaction)} returned
     * @param score from 0, worst, to 1, best
     * @return the event's id, also when it was not accepted
     */
    public UUID feedback(UUID interactionId, double score) {
        return feedback(Feedback.of(interactionId, score));
    }

    /**
     * Logs what somebody thought of an answer. Never throws, never waits.
     *
     * @param feedback the score, whose it is, and on which interaction
     * @return the event's id, also when it was not accepted
     */
    public UUID feedback(Feedback feedback) {
        try {
            Instant now = clock.instant();
            UUID eventId = ids.next(now.toEpochMilli());
            admission.feedback(eventId, feedback, now);
            return eventId;
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    /** The application's clock may fail too. */
    private UUID failed(RuntimeException e) {
        admission.reject(RejectReason.INTERNAL_ERROR, () -> "logging failed: " + e);
        return ids.next(0);
    }

    /**
     * Waits until the events that were logged before are in the database, and says whether they are. Returns early when the
     * calling thread is interrupted, which stays interrupted. During an outage it waits for the next attempt like the events.
     *
     * @param timeout the longest to wait
     * @return what became of the events that were waiting when this was called
     */
    public FlushResult flush(Duration timeout) {
        return books.flush(Settings.nanos(timeout), writer::wake);
    }

    /** {@return what became of all events so far, a snapshot that balances} */
    public LoggerStats stats() {
        return books.stats();
    }

    QueueLevel queueLevel() {
        return books.queueLevel();
    }

    /**
     * Accepts nothing more, writes what waits, and returns when that is done or the {@linkplain Builder#closeTimeout time for
     * it} is up; what is left then is dropped as {@code closed}. An interrupt does not cut it short, and stays set. A second
     * call waits for the first.
     */
    @Override
    public synchronized void close() {
        writer.close(closeNanos);
        forgetExitHook();
    }

    private void forgetExitHook() {
        if (exitHook != null && Thread.currentThread() != exitHook) {
            try {
                Runtime.getRuntime().removeShutdownHook(exitHook);
            } catch (IllegalStateException e) {
                // The JVM is exiting already, and the hook finds the logger closed.
                return;
            }
        }
    }

    /** Describes a logger. What is not set has a default that suits most applications. */
    public static final class Builder {
        private final DataSource dataSource;
        private final Map<String, Integer> models = new LinkedHashMap<>();
        private @Nullable String defaultModel;
        private int queueCapacity = 10_000;
        private long queueBytes = 64L << 20;
        private int batchSize = 1_000;
        private Duration closeTimeout = Duration.ofSeconds(10);
        private Duration idleTimeout = Duration.ofSeconds(30);
        private InstantSource clock = InstantSource.system();
        private @Nullable LoggerListener listener;
        private boolean closeOnExit;
        private ContentCapture content = ContentCapture.REDACTED;
        private final List<Redactor> redactors = new ArrayList<>();
        private @Nullable UserIds userIds;
        private Sampling sampling = Sampling.ALL;

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /**
         * Declares an embedding model. The first one is the model of embeddings that name none. Of a model that is not
         * declared, the first good vector sets the dimension.
         *
         * @param name such as {@code text-embedding-3-small}
         * @param dimension how many values its vectors have, 1 to 16,000; others are refused
         * @return this
         */
        public Builder embeddingModel(String name, int dimension) {
            models.put(name, dimension);
            if (defaultModel == null) {
                defaultModel = name;
            }
            return this;
        }

        /**
         * Bounds the queue in events.
         *
         * @param events by default 10,000
         * @return this
         */
        public Builder queueCapacity(int events) {
            queueCapacity = events;
            return this;
        }

        /**
         * Bounds the queue in memory: vectors at 4 bytes a value, texts at 2 bytes a character, 256 bytes an event. Arrays of
         * vectors that were queued together are kept for the next ones, so that a queue which was once full of vectors, and
         * later is full of texts, takes twice this at most.
         *
         * @param bytes by default 64 MiB, at least 64 KiB; an event larger than this is refused
         * @return this
         */
        public Builder queueBytes(long bytes) {
            queueBytes = bytes;
            return this;
        }

        /**
         * Bounds the events of one transaction.
         *
         * @param events by default 1,000
         * @return this
         */
        public Builder batchSize(int events) {
            batchSize = events;
            return this;
        }

        /**
         * Bounds how long {@link DriftLogger#close()} may take to write what waits.
         *
         * @param timeout by default 10 s
         * @return this
         */
        public Builder closeTimeout(Duration timeout) {
            closeTimeout = timeout;
            return this;
        }

        /**
         * Says how long the connection is kept when there is nothing to write.
         *
         * @param timeout by default 30 s
         * @return this
         */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = timeout;
            return this;
        }

        /**
         * Says where the time of events comes from that name none.
         *
         * @param source by default the system's clock
         * @return this
         */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /**
         * Sets who is told of refused and lost events and of outages.
         *
         * @param told by default nobody; the log has it in any case
         * @return this
         */
        public Builder listener(LoggerListener told) {
            listener = told;
            return this;
        }

        /**
         * Makes the exit of the JVM close the logger, for applications that have no better place to do it.
         *
         * @return this
         */
        public Builder closeOnExit() {
            closeOnExit = true;
            return this;
        }

        /**
         * Says what is kept of queries, responses, comments and metadata.
         *
         * @param kept by default {@link ContentCapture#REDACTED}
         * @return this
         */
        public Builder contentCapture(ContentCapture kept) {
            content = Objects.requireNonNull(kept, "contentCapture");
            return this;
        }

        /**
         * Adds a redactor, for what {@linkplain Redactor#standard() the one that is built in} does not know. Those that are added
         * work in their order, the built-in one last. They are asked where the content capture is REDACTED.
         *
         * @param redactor called on the SDK's own thread
         * @return this
         */
        public Builder redactor(Redactor redactor) {
            redactors.add(Objects.requireNonNull(redactor, "redactor"));
            return this;
        }

        private List<Redactor> allRedactors() {
            List<Redactor> all = new ArrayList<>(redactors);
            all.add(Redactor.standard());
            return all;
        }

        /**
         * Stores user ids as {@code hmac-sha256:} and their HMAC-SHA256 under a key, so that rows of one user belong together and
         * nobody without the key knows whose they are. Keep the key: {@code drift-runner erase-user} needs it.
         *
         * @param key at least 16 bytes, better 32 random ones; copied, never logged
         * @return this
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder userIdKey(byte[] key) {
            userIds = new UserIds(key);
            return this;
        }

        /**
         * Keeps texts and embeddings of a share of the interactions. Rows of interactions and feedback are always stored, with
         * flags, scores and counts, so rates and numbers stay true; refused, toxic and rated interactions also keep their texts.
         * The interaction's id decides, in every process alike.
         *
         * @param share from 0 to 1, by default 1
         * @return this
         * @throws IllegalArgumentException if it is another number
         */
        public Builder sampling(double share) {
            sampling = new Sampling(share);
            return this;
        }

        /**
         * {@return a logger that runs, without having connected yet}
         *
         * @throws IllegalArgumentException when a setting is out of its range; the message names it and the range
         */
        public DriftLogger build() {
            DriftLogger logger = new DriftLogger(
                    dataSource,
                    new Settings(
                            models,
                            defaultModel,
                            queueCapacity,
                            queueBytes,
                            batchSize,
                            closeTimeout,
                            idleTimeout,
                            clock,
                            listener,
                            closeOnExit,
                            new Capture(content, allRedactors(), userIds, sampling)));
            logger.start();
            return logger;
        }
    }
}

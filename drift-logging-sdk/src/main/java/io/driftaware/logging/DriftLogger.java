package io.driftaware.logging;

import io.driftaware.logging.postgres.CopyWriter;
import io.driftaware.logging.postgres.LogTable;
import io.driftaware.logging.postgres.RowFormat;
import io.driftaware.logging.privacy.ContentCapture;
import io.driftaware.logging.privacy.Redactor;
import io.driftaware.logging.privacy.UserIds;
import io.driftaware.logging.signal.DetectorStats;
import io.driftaware.logging.signal.SignalDetector;
import io.driftaware.logging.signal.SignalLimits;
import io.driftaware.logging.signal.SignalRunner;
import io.driftaware.logging.spool.Disk;
import io.driftaware.logging.spool.Spool;
import java.io.IOException;
import java.nio.file.Path;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 *   <li>{@code log} and {@code feedback} never throw and never wait for the database, the disk, or each other, unless the
 *       {@linkplain OverflowPolicy policy} is to block. A vector is copied once, into an array kept for that; the caller may use
 *       its own again when the call returns.
 *   <li>Memory is bounded, by a number of events and by bytes, and so is the {@linkplain Builder#spoolDirectory disk}. What
 *       happens when there is no room is a {@linkplain OverflowPolicy policy}; what is dropped is counted.
 *   <li>Every event is accounted for: {@link #stats()} balances exactly at any moment, and {@link #flush}, {@link #sync} and
 *       {@link #close(Duration)} say what happened.
 *   <li>Values that would spoil the data, such as NaN, another dimension than the model's, a zero vector, a score outside 0
 *       to 1, metadata that is not JSON, are refused before they are queued, counted by reason and reported in one line.
 *   <li>An accepted event lands in the database once. When the connection is lost at the commit, and so nobody knows its
 *       outcome, or when the process was killed and finds the event in its spool again, it is sent in a way that skips what is
 *       there.
 *   <li>A row that the database refuses is taken out alone, into a {@linkplain DeadLetters dead letter} where there is a folder;
 *       the rows around it are stored. Any other failure keeps the events and is tried again, with growing pauses, until it
 *       works or the logger is closed.
 *   <li>Personal data and secrets that {@link Redactor#standard()} knows are taken out of texts and metadata before they
 *       leave the heap; {@link Builder#contentCapture} keeps more or nothing. If that fails, the texts are not stored.
 *   <li>Text and metadata never appear in log lines, listener calls or exceptions.
 *   <li>What a killed process can lose is what {@link LoggerStats#pending()} would have said: with
 *       {@link OverflowPolicy#DURABLE} the last 50 ms and the time of one fsync, else the queue.
 * </ul>
 *
 * <p>The DataSource gives one connection, which is kept while there is something to write and handed back after
 * {@linkplain Builder#idleTimeout a while} without; a pool that the application shares needs room for it.
 */
public final class DriftLogger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DriftLogger.class);
    /** With a spool: how long closing may take, after its own time, to move to disk what is left. */
    private static final Duration TO_DISK = Duration.ofSeconds(2);

    /** How long a sync waits for a write that is under way, before the events go to disk as well. */
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final EventIds ids;
    private final EventRing ring;
    private final Books books;
    private final Admission admission;
    private final Reporter reporter;
    private final CircuitBreaker breaker;
    private final SignalRunner signals;
    private final Writer writer;
    private final @Nullable Spool spool;
    private final @Nullable Spooler spooler;
    private final boolean flushToDisk;
    private final Duration closeTimeout;
    private final @Nullable Thread exitHook;
    /** Guarded by {@code this}. */
    private boolean closed;

    private DriftLogger(DataSource dataSource, Settings settings) {
        SecureRandom seed = new SecureRandom();
        clock = settings.clock();
        ids = new EventIds(seed);
        ring = new EventRing(settings.queueCapacity(), settings.queueBytes());
        VectorPool pool = settings.vectorPool();
        books = new Books(ring, pool);
        reporter = new Reporter(books, new Notifier(settings.listener()));
        breaker = new CircuitBreaker(new Backoff(seed.nextLong()));
        Preparation capturing = new Capturing(
                settings.capture(), why -> books.withheld().add(WithholdReason.REDACTION_FAILED, 1, () -> why));
        signals = new SignalRunner(
                settings.capture().detectors(), SignalLimits.DEFAULT, System::nanoTime, reporter::detectorTrouble);
        Intake intake = new Intake(ring, new Judging(signals, capturing), books);
        List<LogTable<Slot>> tables = EventTables.all();
        RowFormat<Slot> format = new RowFormat<>(tables);
        Storage storage = Storage.open(settings.delivery(), format.header(), reporter);
        DeadLetterBox deadLetters =
                new DeadLetterBox(storage == null ? null : storage.letters(), new RowFormat<>(tables));
        spool = storage == null ? null : storage.spool();
        spooler = spool == null
                ? null
                : new Spooler(ring, intake, spool, format, books, reporter, breaker, settings, this::wakeWriter);
        SpoolSource source = spool == null ? null : new SpoolSource(spool, books, deadLetters, settings.batchSize());
        if (spool != null) {
            books.recovered(spool.recovered(), spool.damaged());
        }
        writer = new Writer(
                ring,
                intake,
                books,
                pool,
                new CopyWriter(dataSource),
                tables,
                deadLetters,
                source,
                spooler,
                reporter,
                breaker,
                settings);
        Delivery delivery = settings.delivery();
        OverflowPolicy policy = spool == null ? delivery.policyWithoutFolder() : delivery.policy();
        Gate gate = new Gate(ring, books, policy, this::isSpoolFailing);
        admission = new Admission(ring, gate, pool, books, settings, this::published);
        closeTimeout = settings.closeTimeout();
        flushToDisk = settings.delivery().flushToDisk() && spool != null;
        exitHook = settings.closeOnExit() ? new Thread(this::close, "drift-logger-exit") : null;
    }

    private void published(long position) {
        writer.published(position);
        if (spooler != null) {
            spooler.published();
        }
    }

    private void wakeWriter() {
        writer.wakeIfParked();
    }

    private boolean isSpoolFailing() {
        return spooler != null && spooler.isFailing();
    }

    private void start() {
        if (exitHook != null) {
            Runtime.getRuntime().addShutdownHook(exitHook);
        }
        writer.start();
        if (spooler != null) {
            spooler.start();
        }
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
     * Logs an interaction. Never throws, and waits only if the policy is to block.
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
     * Logs an embedding. Never throws, and waits only if the policy is to block. The vector is copied before this returns.
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
     * Logs what the user thought of an answer. Never throws, and waits only if the policy is to block.
     *
     * @param interactionId what {@link #log(Interaction)} returned
     * @param score from 0, worst, to 1, best
     * @return the event's id, also when it was not accepted
     */
    public UUID feedback(UUID interactionId, double score) {
        return feedback(Feedback.of(interactionId, score));
    }

    /**
     * Logs what somebody thought of an answer. Never throws, and waits only if the policy is to block.
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
     * Waits until the events that were logged before, and those in the spool, are in the database, and says whether they are.
     * Returns early when the calling thread is interrupted, which stays interrupted. During an outage it waits for the next
     * attempt like the events. Of a {@linkplain Builder#shortLived short-lived} logger with a folder, the last quarter of the
     * time is for moving to disk what the database has not taken.
     *
     * @param timeout the longest to wait
     * @return what became of the events that were waiting when this was called
     */
    public FlushResult flush(Duration timeout) {
        long nanos = Settings.nanos(timeout);
        long deadline = System.nanoTime() + nanos;
        Waiting call = books.begin(false);
        try {
            writer.wake();
            books.await(call, flushToDisk ? nanos / 4 * 3 : nanos);
            if (flushToDisk && !books.isOver(call)) {
                sync(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
        } finally {
            books.end(call);
        }
        return books.result(call);
    }

    /**
     * Waits until the events that were logged before are safe from the end of this process: in the database, or on disk and
     * forced to the device. {@link FlushResult#durable()} says whether they are. With {@link OverflowPolicy#DURABLE} this takes
     * an fsync; with another policy and a folder it moves to disk what the database has not taken yet; without a folder it is
     * {@link #flush}. Returns early when the calling thread is interrupted, which stays interrupted.
     *
     * @param timeout the longest to wait
     * @return what became of the events that were waiting when this was called
     */
    public FlushResult sync(Duration timeout) {
        Waiting call = books.begin(true);
        try {
            writer.wake();
            if (spooler != null) {
                spooler.wake();
            }
            long nanos = Settings.nanos(timeout);
            long deadline = System.nanoTime() + nanos;
            books.await(call, Math.min(nanos / 2, LONGEST_WRITE.toNanos()));
            if (spooler != null && !spooler.isFull() && !books.isOver(call)) {
                // The database is neither down nor up.
                writer.lend();
                spooler.wake();
            }
            books.await(call, deadline - System.nanoTime());
        } finally {
            books.end(call);
        }
        return books.result(call);
    }

    /** {@return what became of all events so far, a snapshot that balances} */
    public LoggerStats stats() {
        return books.stats(breaker.state());
    }

    /** {@return what became of the exchanges that each of the {@linkplain Builder#detectors detectors} was asked about} */
    public List<DetectorStats> detectorStats() {
        return signals.stats();
    }

    QueueLevel queueLevel() {
        return books.queueLevel();
    }

    /** Of the disk, what the spool takes and may take; 0 without one. */
    long spoolBytes() {
        return spool == null ? 0 : spool.bytes();
    }

    long spoolCapacityBytes() {
        return spool == null ? 0 : spool.maxBytes();
    }

    /** As {@link #close(Duration)}, with the {@linkplain Builder#closeTimeout time} that was set for it. */
    @Override
    public void close() {
        close(closeTimeout);
    }

    /**
     * Accepts nothing more, writes what waits, and returns when that is done or the time for it is up. With a spool, what is
     * left then goes to disk for the next logger on that folder, which takes two seconds more at most, and five where a redactor
     * or a DataSource of yours hangs; an open circuit is not waited for. Without one, or when the disk takes no more, it is
     * dropped as {@code closed}. An interrupt does not cut it short, and stays set. A second call waits for the first, and
     * finds nothing to do.
     *
     * @param timeout the longest to write to the database
     * @return what became of the events that were waiting when this was called
     */
    public synchronized FlushResult close(Duration timeout) {
        Waiting call = books.begin(false);
        if (!closed) {
            closed = true;
            ring.close();
            boolean interrupted = writer.finish(Settings.nanos(timeout));
            if (spooler != null) {
                writer.handOver();
                interrupted |= spooler.finish(TO_DISK.toNanos());
            }
            books.abandon();
            interrupted |= writer.end();
            interrupted |= closeSpool();
            signals.close();
            reporter.close();
            forgetExitHook();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        books.end(call);
        return books.result(call);
    }

    private boolean closeSpool() {
        if (spool == null || spooler == null) {
            return false;
        }
        boolean interrupted = spooler.stop(TO_DISK.toNanos());
        try {
            spool.close();
        } catch (IOException e) {
            LOG.warn("the spool in {} could not be closed: {}", spool.folder(), e.toString());
        }
        return interrupted;
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
        private @Nullable Duration closeTimeout;
        private Duration idleTimeout = Duration.ofSeconds(30);
        private InstantSource clock = InstantSource.system();
        private @Nullable LoggerListener listener;
        private boolean closeOnExit;
        private ContentCapture content = ContentCapture.REDACTED;
        private final List<Redactor> redactors = new ArrayList<>();
        private final List<SignalDetector> detectors = new ArrayList<>();
        private @Nullable UserIds userIds;
        private Sampling sampling = Sampling.ALL;
        private @Nullable OverflowPolicy overflow;
        private @Nullable Path spoolDirectory;
        private long spoolBytes = 1L << 30;
        private long deadLetterBytes = 64L << 20;
        private boolean shortLived;
        private Disk disk = Disk.REAL;

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
         * Bounds how long {@link DriftLogger#close()} may take to write what waits. Moving to disk what is left takes two seconds
         * more at most.
         *
         * @param timeout by default 10 s, of a short-lived logger 2 s
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
         * Gives the logger a folder, for events that the database does not take and for dead letters. It is made if it is
         * missing, for its owner only, and belongs to this logger alone while that is open: a second one on the same folder goes
         * on without, and says so, or fails to be built if it is to be {@link OverflowPolicy#DURABLE}. What an earlier logger
         * left there is read through when this one is built, and written to the database then.
         *
         * @param folder on a local disk
         * @return this
         */
        public Builder spoolDirectory(Path folder) {
            spoolDirectory = folder;
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
         * Switches on detectors, which fill the flags that the application leaves unset: they read the whole texts, on the SDK's
         * own thread, before anything is taken out. A flag that is given stays as it is. Those that are built in:
         * {@code detectors(RefusalDetector.standard(), ToxicityDetector.standard())}.
         *
         * @param added asked in their order, after those that were added before; one of your own has to keep up with the traffic
         * @return this
         */
        public Builder detectors(SignalDetector... added) {
            detectors.addAll(List.of(added));
            return this;
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
         * Says what happens to events that the database does not take at once.
         *
         * @param policy by default {@link OverflowPolicy#OVERFLOW} where there is a folder, else
         *     {@link OverflowPolicy#DROP_NEWEST}
         * @return this
         */
        public Builder overflow(OverflowPolicy policy) {
            overflow = policy;
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
         * Bounds the spool.
         *
         * @param bytes by default 1 GiB, at least 1 MiB
         * @return this
         */
        public Builder spoolBytes(long bytes) {
            spoolBytes = bytes;
            return this;
        }

        /**
         * Bounds the dead letters of the folder. When there is no more room, a row that the database refuses is dropped as
         * {@code poison}.
         *
         * @param bytes by default 64 MiB
         * @return this
         */
        public Builder deadLetterBytes(long bytes) {
            deadLetterBytes = bytes;
            return this;
        }

        /**
         * For processes that end soon after they began, such as jobs and functions: the exit of the JVM closes the logger,
         * closing takes 2 s unless set otherwise, and where there is a folder, {@link DriftLogger#flush} leaves on disk what
         * the database has not taken in three quarters of its time.
         *
         * @return this
         */
        public Builder shortLived() {
            shortLived = true;
            closeOnExit = true;
            return this;
        }

        /** For a disk with faults. */
        Builder disk(Disk other) {
            disk = other;
            return this;
        }

        /**
         * {@return a logger that runs, without having connected yet}
         *
         * @throws IllegalArgumentException when a setting is out of its range; the message names it and the range
         * @throws IllegalStateException when the policy is DURABLE and the folder can't be had
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
                            closeTimeout == null ? Duration.ofSeconds(shortLived ? 2 : 10) : closeTimeout,
                            idleTimeout,
                            clock,
                            listener,
                            closeOnExit,
                            new Capture(content, allRedactors(), detectors, userIds, sampling),
                            new Delivery(overflow, spoolDirectory, spoolBytes, deadLetterBytes, shortLived, disk)));
            logger.start();
            return logger;
        }
    }
}

package io.driftaware.runner.store;

import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of one pass on their way into profiles. {@link #place}, then {@link #add}, for each row. */
final class EmbeddingFold {
    private static final Logger log = LoggerFactory.getLogger(EmbeddingFold.class);

    /** What the profiles of one pass may take together. */
    private static final long MOST_BYTES = 24L << 20;

    /** Two long per component while it is recorded, and twice again. */
    private static final int BYTES_A_COMPONENT = 32;

    private static final int BYTES_A_SCORED_PROFILE = 40_000;

    private final Connection connection;
    private final Scoring scoring;
    private final Map<Cell, Long> rowsOfBuckets;
    private final Map<WatchedStream, Segments> segments = new HashMap<>();
    private final Map<SpaceOfStream, Known> known = new HashMap<>();
    private final Map<Cell, Part> parts = new LinkedHashMap<>();
    private final ScoredParts scoredParts = new ScoredParts();
    private long bytes;
    private long nowhere;
    private @Nullable Part part;

    /** @param storedRows how many rows the buckets of the whole streams hold already */
    EmbeddingFold(Connection connection, Scoring scoring, Map<Cell, Long> storedRows) {
        this.connection = connection;
        this.scoring = scoring;
        this.rowsOfBuckets = new HashMap<>(storedRows);
    }

    private record SpaceOfStream(WatchedStream stream, EmbeddingSpace space) {}

    /** What is looked up once a pass. */
    private record Known(String key, Scoring.@Nullable Loaded baseline) {}

    /** The rows of one cell. */
    private record Part(Cell cell, EmbeddingRecorder recorder, Scoring.@Nullable Loaded baseline) {}

    /** Whether the row at hand is to be scored. */
    private boolean scored;

    /**
     * Finds the place of the row whose vector comes next.
     *
     * @param time as PostgreSQL sends it
     * @return false if its profile would be one too many for this pass
     */
    boolean place(WatchedStream stream, EmbeddingSpace space, @Nullable String segment, long time) throws SQLException {
        long bucket = Bucket.ofPostgres(time);
        if (!Bucket.isPlace(bucket)) {
            part = null;
            return true;
        }
        Known of = known.computeIfAbsent(
                new SpaceOfStream(stream, space), one -> new Known(space.key(), scoring.baseline(stream, space)));
        Cell cell = new Cell(stream.label(), of.key(), segments(stream).of(segment), bucket);
        part = parts.get(cell);
        if (part == null) {
            bytes +=
                    (long) space.dimension() * BYTES_A_COMPONENT + (of.baseline() == null ? 0 : BYTES_A_SCORED_PROFILE);
            if (bytes > MOST_BYTES && !parts.isEmpty()) {
                return false;
            }
            part = new Part(cell, new EmbeddingRecorder(space.dimension()), of.baseline());
            parts.put(cell, part);
        }
        scored = of.baseline() != null
                && Bucket.instantOfPostgres(time).isAfter(of.baseline().rowsTo());
        return true;
    }

    void add(float[] vector, UUID eventId) {
        Part to = part;
        if (to == null) {
            nowhere++;
            return;
        }
        to.recorder().add(vector);
        Scoring.Loaded baseline = to.baseline();
        if (baseline != null) {
            long rows = rowsOfBuckets.merge(to.cell().whole(), 1L, Long::sum);
            if (scored && RowSampling.takes(eventId, rows)) {
                scoredParts.add(to.cell(), baseline, vector, eventId);
            }
        }
    }

    /** Adds everything to the stored profiles; a whole is the sum of its segments, so that no row is recorded twice. */
    void write(TallyCounter tally) throws SQLException {
        Map<Cell, EmbeddingProfile> sums = new LinkedHashMap<>();
        for (Part one : parts.values()) {
            EmbeddingProfile profile = one.recorder().snapshot();
            sums.merge(one.cell().whole(), profile, EmbeddingProfile::merge);
            if (!one.cell().segment().isEmpty()) {
                sums.put(one.cell(), profile);
            }
        }
        Map<Cell, ProfileTable.Change<EmbeddingProfile>> changes = new LinkedHashMap<>();
        sums.forEach((cell, sum) -> changes.put(cell, stored -> stored == null ? sum : stored.merge(sum)));
        ProfileTable.EMBEDDINGS.change(connection, changes);

        Map<Cell, ProfileTable.Change<ScoredProfile>> scoredChanges = new LinkedHashMap<>();
        scoredParts
                .sums(tally)
                .forEach((cell, sum) -> scoredChanges.put(cell, stored -> stored == null ? sum : stored.merge(sum)));
        ProfileTable.SCORED.change(connection, scoredChanges);

        for (Segments of : segments.values()) {
            of.save();
        }
        if (nowhere > 0) {
            log.warn("{} embeddings have a time outside the years 1 to 9999 and are in no profile", nowhere);
        }
    }

    private Segments segments(WatchedStream stream) {
        return Objects.requireNonNull(segments.get(stream), "segments are loaded before the COPY");
    }

    /** Before the COPY, since nothing else can be asked on its connection. */
    void loadSegments(Iterable<WatchedStream> streams) throws SQLException {
        for (WatchedStream stream : streams) {
            segments.put(stream, new Segments(connection, stream.label()));
        }
    }
}

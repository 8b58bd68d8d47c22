package io.driftaware.runner.store;

import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.InteractionRecorder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the flags and the retrievals of {@code interaction_log}: one COPY a pass, in the order of its cursor. */
final class InteractionLane implements Lane {
    private static final Logger log = LoggerFactory.getLogger(InteractionLane.class);

    /** Owner of the profiles of {@code interaction_log}: both flags and the feedback. */
    static final String OWNER = "interactions";

    private static final int FIELDS = 11;

    /** With their profiles some 20 MB. */
    private static final int CELLS_A_PASS = 10_000;

    private static final @Nullable Boolean[] VALUES = {null, Boolean.FALSE, Boolean.TRUE};

    private final int rowsAPass;

    InteractionLane(int rowsAPass) {
        this.rowsAPass = rowsAPass;
    }

    @Override
    public Set<WatchedStream> streams() {
        return EnumSet.of(WatchedStream.REFUSALS, WatchedStream.TOXICITY, WatchedStream.COVERAGE);
    }

    @Override
    public Set<Checkpoints.Reader> readers() {
        return EnumSet.of(Checkpoints.Reader.INTERACTIONS);
    }

    @Override
    public Passed pass(Connection connection, Checkpoints checkpoints, long horizon, TallyCounter tally)
            throws SQLException {
        LogCursor from = checkpoints.cursor(Checkpoints.Reader.INTERACTIONS);
        LogCursor cursor = from;
        Fold fold = new Fold(new Segments(connection, OWNER), tally);
        RetrievalFold retrievals = new RetrievalFold(tally);
        UUID last = null;
        long rowsRead = 0;
        boolean scored = false;
        try (CopyRows rows = CopyRows.open(connection, copyStatement(from.following(horizon)))) {
            while (!fold.isFull() && rows.next(FIELDS)) {
                cursor = new LogCursor(rows.longField(), rows.longField());
                last = rows.uuidField();
                long bucket = Bucket.ofPostgres(rows.longField());
                Boolean refusal = rows.booleanField();
                Boolean toxicity = rows.booleanField();
                String conversation = rows.textField();
                Cell cell = fold.add(last, bucket, refusal, toxicity, rows.textField(), conversation);
                Float topScore = rows.floatField();
                Integer hits = rows.integerField();
                if (cell != null && (topScore != null || hits != null)) {
                    retrievals.add(last, cell, topScore, hits, conversation);
                }
                scored |= Boolean.TRUE.equals(rows.booleanField());
                rowsRead++;
            }
        }
        boolean more = fold.isFull() || rowsRead == rowsAPass;
        if (last != null) {
            fold.write(connection);
            retrievals.write(connection);
            checkpoints.move(
                    Checkpoints.Reader.INTERACTIONS, last, new Checkpoints.Move(from, cursor, rowsRead, more, scored));
        }
        return new Passed(rowsRead, more);
    }

    private String copyStatement(String condition) {
        return """
                COPY (SELECT xact_id, id, event_id, "timestamp", refusal_flag, toxicity_flag,
                             COALESCE(NULLIF(conversation_id, ''), NULLIF(session_id, '')), COALESCE(NULLIF(segment, ''), tenant),
                             retrieval_top_score, retrieval_hits, user_feedback_score IS NOT NULL
                      FROM interaction_log
                      WHERE %s
                      ORDER BY xact_id, id
                      LIMIT %d)
                TO STDOUT (FORMAT binary)
                """
                .formatted(condition, rowsAPass);
    }

    /** A flag that a sequential test is to see. */
    private record Fresh(long bucket, boolean flag) {}

    /** The rows of one pass; one has nine counts, by the value of both flags. */
    private static final class Fold {
        private final Segments segments;
        private final TallyCounter tally;
        private final Map<Cell, long[]> counts = new LinkedHashMap<>();
        private final Votes<Fresh> refusalVotes;
        private final Votes<Fresh> toxicityVotes;
        private long nowhere;

        Fold(Segments segments, TallyCounter tally) {
            this.segments = segments;
            this.tally = tally;
            refusalVotes = new Votes<>(row -> tally.flag(WatchedStream.REFUSALS, row.bucket, row.flag));
            toxicityVotes = new Votes<>(row -> tally.flag(WatchedStream.TOXICITY, row.bucket, row.flag));
        }

        /** A pass ends sooner where its rows are spread over years. */
        boolean isFull() {
            return counts.size() >= CELLS_A_PASS;
        }

        /** Where the row went; null where it has no place. */
        @Nullable
        Cell add(
                UUID eventId,
                long bucket,
                @Nullable Boolean refusal,
                @Nullable Boolean toxicity,
                @Nullable String segment,
                @Nullable String conversation) {
            if (!Bucket.isPlace(bucket)) {
                nowhere++;
                return null;
            }
            Cell cell = new Cell(OWNER, "", segments.of(segment), bucket);
            int index = index(refusal) * VALUES.length + index(toxicity);
            counts.computeIfAbsent(cell, absent -> new long[VALUES.length * VALUES.length])[index]++;
            vote(eventId, bucket, refusal, conversation, refusalVotes);
            vote(eventId, bucket, toxicity, conversation, toxicityVotes);
            return cell;
        }

        private void vote(
                UUID eventId, long bucket, @Nullable Boolean flag, @Nullable String conversation, Votes<Fresh> votes) {
            if (flag != null && tally.isFresh(bucket)) {
                votes.offer(conversation, eventId, new Fresh(bucket, flag));
            }
        }

        void write(Connection connection) throws SQLException {
            refusalVotes.close();
            toxicityVotes.close();
            Map<Cell, InteractionProfile> sums = new LinkedHashMap<>();
            counts.forEach((cell, byFlags) -> {
                InteractionProfile profile = profile(byFlags);
                sums.merge(cell.whole(), profile, InteractionProfile::merge);
                if (!cell.segment().isEmpty()) {
                    sums.put(cell, profile);
                }
            });
            Map<Cell, ProfileTable.Change<InteractionProfile>> changes = new LinkedHashMap<>();
            sums.forEach((cell, sum) -> changes.put(cell, stored -> stored == null ? sum : stored.merge(sum)));
            ProfileTable.INTERACTIONS.change(connection, changes);
            segments.save();
            if (nowhere > 0) {
                log.warn("{} interactions have a time outside the years 1 to 9999 and are in no profile", nowhere);
            }
        }

        private static InteractionProfile profile(long[] byFlags) {
            InteractionRecorder recorder = new InteractionRecorder();
            for (int i = 0; i < byFlags.length; i++) {
                recorder.addInteractions(VALUES[i / VALUES.length], VALUES[i % VALUES.length], byFlags[i]);
            }
            return recorder.snapshot();
        }

        private static int index(@Nullable Boolean flag) {
            if (flag == null) {
                return 0;
            }
            return flag ? 2 : 1;
        }
    }
}

package io.driftaware.runner.store;

import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.profile.RetrievalRecorder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The retrievals of one pass. An application that logs none has no profile of them. */
final class RetrievalFold {
    private final TallyCounter tally;
    private final Map<Cell, RetrievalRecorder> cells = new LinkedHashMap<>();
    private final Votes<Fresh> votes;

    /** A retrieval that a sequential test is to see. */
    private record Fresh(long bucket, @Nullable Double score, @Nullable Long hits) {}

    RetrievalFold(TallyCounter tally) {
        this.tally = tally;
        votes = new Votes<>(row -> tally.retrieval(row.bucket, row.score, row.hits));
    }

    /** @param place segment and bucket of the row, of any owner */
    void add(
            UUID eventId, Cell place, @Nullable Float topScore, @Nullable Integer hits, @Nullable String conversation) {
        Cell cell = new Cell(WatchedStream.COVERAGE.label(), "", place.segment(), place.bucket());
        Double score = topScore == null ? null : topScore.doubleValue();
        Long found = hits == null ? null : hits.longValue();
        RetrievalRecorder.Kind kind =
                cells.computeIfAbsent(cell, absent -> new RetrievalRecorder()).add(score, found);
        if (kind != RetrievalRecorder.Kind.UNKNOWN && tally.isFresh(cell.bucket())) {
            votes.offer(conversation, eventId, new Fresh(cell.bucket(), score, found));
        }
    }

    void write(Connection connection) throws SQLException {
        votes.close();
        Map<Cell, RetrievalProfile> sums = new LinkedHashMap<>();
        cells.forEach((cell, recorder) -> {
            RetrievalProfile profile = recorder.snapshot();
            sums.merge(cell.whole(), profile, RetrievalProfile::merge);
            if (!cell.segment().isEmpty()) {
                sums.put(cell, profile);
            }
        });
        Map<Cell, ProfileTable.Change<RetrievalProfile>> changes = new LinkedHashMap<>();
        sums.forEach((cell, sum) -> changes.put(cell, stored -> stored == null ? sum : stored.merge(sum)));
        ProfileTable.RETRIEVALS.change(connection, changes);
    }
}

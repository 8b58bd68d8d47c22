package io.driftaware.runner.store;

import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.profile.RetrievalRecorder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The retrievals of one pass. An application that logs none has no profile of them. */
final class RetrievalFold {
    private final TallyCounter tally;
    private final Map<Cell, RetrievalRecorder> cells = new LinkedHashMap<>();
    private final Set<String> votes = new HashSet<>();

    RetrievalFold(TallyCounter tally) {
        this.tally = tally;
    }

    /** @param place segment and bucket of the row, of any owner */
    void add(Cell place, @Nullable Float topScore, @Nullable Integer hits, @Nullable String conversation) {
        Cell cell = new Cell(WatchedStream.COVERAGE.label(), "", place.segment(), place.bucket());
        Double score = topScore == null ? null : topScore.doubleValue();
        Long found = hits == null ? null : hits.longValue();
        RetrievalRecorder.Kind kind =
                cells.computeIfAbsent(cell, absent -> new RetrievalRecorder()).add(score, found);
        boolean counts = kind != RetrievalRecorder.Kind.UNKNOWN && tally.isFresh(cell.bucket());
        // The first of a conversation, as with the flags: what follows depends on it.
        if (counts && (conversation == null || conversation.isEmpty() || votes.add(conversation))) {
            tally.retrieval(cell.bucket(), score, found);
        }
    }

    void write(Connection connection) throws SQLException {
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

package io.driftaware.runner.reindex;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Asks one source after the other for its documents, a page at a time. */
final class Fetching {
    private final List<DocumentSource> sources;

    Fetching(List<DocumentSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /** Stores a page and where the next one begins, in one transaction. */
    void fetch(Connection connection, ReindexStatus status) throws SQLException, IOException, InterruptedException {
        ReindexStatus.Place place = status.place();
        if (place.source() >= sources.size()) {
            StatusStore.save(connection, status.to(ReindexState.FILLING, ""));
            return;
        }
        DocumentSource.Page page = sources.get(place.source()).next(place.sourceCursor());
        connection.setAutoCommit(false);
        try {
            Incoming.store(connection, page.documents());
            boolean last = page.cursor() == null;
            StatusStore.save(connection, status.fetched(place.source() + (last ? 1 : 0), page.cursor()));
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}

package io.driftaware.logging;

import io.driftaware.testdb.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** The database as an independent witness. */
final class Stored {
    private Stored() {}

    /** Each row's event id, one as often as it is there. */
    static List<UUID> eventIds(TestDatabase db, String table) {
        String ids = db.value("SELECT string_agg(event_id::text, ',') FROM " + table);
        return ids == null
                ? List.of()
                : Arrays.stream(ids.split(",")).map(UUID::fromString).toList();
    }

    static long rows(TestDatabase db, String table) {
        return db.count("SELECT count(*) FROM " + table);
    }
}

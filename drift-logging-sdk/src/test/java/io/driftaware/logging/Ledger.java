package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What was logged, kept apart from the logger's own books. */
final class Ledger {
    private final TestDatabase db;
    final Set<UUID> interactions = ConcurrentHashMap.newKeySet();
    final Set<UUID> embeddings = ConcurrentHashMap.newKeySet();
    final Set<UUID> feedback = ConcurrentHashMap.newKeySet();

    Ledger(TestDatabase db) {
        this.db = db;
    }

    void assertStored() {
        assertStored("interaction_log", interactions);
        assertStored("embeddings_log", embeddings);
        assertStored("feedback_log", feedback);
    }

    private void assertStored(String table, Set<UUID> expected) {
        assertThat(expected).isNotEmpty();
        assertThat(Stored.eventIds(db, table)).as(table).containsExactlyInAnyOrderElementsOf(expected);
    }
}

package io.driftaware.runner;

import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.BaselineStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps the contents of the baselines in use, so that a check reads each once: a frozen baseline does not change. */
final class BaselineCache {
    private final Map<Long, Object> contents = new HashMap<>();

    /** What is in use now; one that cannot be read fails the stream that asks for it, and is tried again at the next check. */
    InUse inUse(Connection connection) throws SQLException {
        List<Baseline> rows = BaselineStore.inUse(connection);
        contents.keySet().retainAll(rows.stream().map(Baseline::id).toList());
        InUse inUse = new InUse();
        for (Baseline row : rows) {
            Object body = contents.get(row.id());
            try {
                if (body == null) {
                    body = read(row, BaselineStore.body(connection, row.id()));
                    contents.put(row.id(), body);
                }
                inUse.put(new KnownBaseline<>(row, body));
            } catch (DriftMonitorException e) {
                inUse.putUnreadable(row, e);
            }
        }
        return inUse;
    }

    private static Object read(Baseline row, byte[] body) {
        try {
            return switch (row.stream().kind()) {
                case EMBEDDINGS -> EmbeddingBaseline.fromBytes(body);
                case FLAG -> RateBaseline.fromBytes(body);
                case FEEDBACK -> ScoreBaseline.fromBytes(body);
                case RETRIEVAL -> CoverageBaseline.fromBytes(body);
            };
        } catch (RuntimeException e) {
            throw new DriftMonitorException(
                    "baseline " + row.id() + " of " + row.stream().label() + " cannot be read: " + e.getMessage()
                            + "; fit and accept another with: baseline accept --stream "
                            + row.stream().label(),
                    e);
        }
    }
}

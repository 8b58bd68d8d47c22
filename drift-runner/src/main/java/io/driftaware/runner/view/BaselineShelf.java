package io.driftaware.runner.view;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.Projection;
import io.driftaware.runner.store.BaselineStore;
import java.lang.ref.SoftReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Baselines of embeddings that were looked at. A baseline never changes, and takes 16 MB and half a second to read where
 * vectors are long: what pages need of it is kept, the baseline itself only as long as memory is not short.
 */
final class BaselineShelf {
    private static final int MOST = 16;

    private final Map<Long, Kept> kept = new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Kept> eldest) {
            return size() > MOST;
        }
    };

    /**
     * What is kept.
     *
     * @param novelEdge see {@link EmbeddingBaseline#novelEdge()}
     * @param novelShare share of the held-out rows above it
     */
    record Kept(int novelEdge, double novelShare, Projection projection, SoftReference<EmbeddingBaseline> whole) {}

    synchronized Kept of(Connection connection, long id) throws SQLException {
        Kept known = kept.get(id);
        if (known == null) {
            known = load(connection, id);
            kept.put(id, known);
        }
        return known;
    }

    synchronized EmbeddingBaseline whole(Connection connection, long id) throws SQLException {
        EmbeddingBaseline whole = of(connection, id).whole().get();
        if (whole == null) {
            whole = EmbeddingBaseline.fromBytes(BaselineStore.body(connection, id));
            Kept before = of(connection, id);
            kept.put(
                    id,
                    new Kept(before.novelEdge(), before.novelShare(), before.projection(), new SoftReference<>(whole)));
        }
        return whole;
    }

    private static Kept load(Connection connection, long id) throws SQLException {
        EmbeddingBaseline baseline = EmbeddingBaseline.fromBytes(BaselineStore.body(connection, id));
        long rows = baseline.heldOut().count();
        return new Kept(
                baseline.novelEdge(),
                rows == 0 ? 0 : (double) baseline.heldOut().above(baseline.novelEdge()) / rows,
                Projection.of(baseline),
                new SoftReference<>(baseline));
    }
}

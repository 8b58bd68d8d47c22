package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which segments of a stream have profiles of their own: the first {@value #MOST} that come. All later ones share
 * {@value #OTHER}. A segment keeps its place for good, so a score that is changed later leaves the profile it went to.
 */
final class Segments {
    static final int MOST = 50;
    static final String OTHER = "other";

    /** An index entry must fit a third of a page. */
    private static final int LONGEST = 200;

    private final Connection connection;
    private final String stream;
    private final Set<String> named;
    private boolean changed;

    Segments(Connection connection, String stream) throws SQLException {
        this.connection = connection;
        this.stream = stream;
        this.named = new LinkedHashSet<>(MonitorState.segments(connection, stream));
    }

    /** The segment that a row's profile goes to; empty if the row names none. */
    String of(@Nullable String segment) {
        if (segment == null || segment.isEmpty() || named.contains(segment)) {
            return segment == null ? "" : segment;
        }
        if (named.size() >= MOST || segment.length() > LONGEST) {
            return OTHER;
        }
        named.add(segment);
        changed = true;
        return segment;
    }

    void save() throws SQLException {
        if (changed) {
            MonitorState.saveSegments(connection, stream, named);
            changed = false;
        }
    }
}

package io.driftaware.runner;

import io.driftaware.runner.store.Lead;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The lead of a monitor that runs: kept by heartbeats, or asked for again and again. Safe for use by several threads. */
final class Leadership implements AutoCloseable {
    private final DataSource source;
    private @Nullable Lead lead;
    private boolean closed;

    Leadership(DataSource source) {
        this.source = source;
    }

    /** The lead, asked for where this monitor has it not; empty if another has it. */
    synchronized Optional<Lead> lead() throws SQLException {
        if (lead != null && !lead.held()) {
            lead = null;
        }
        if (lead == null && !closed) {
            lead = Lead.take(source).orElse(null);
        }
        return Optional.ofNullable(lead);
    }

    /** Whether this monitor leads, as far as it knows. */
    synchronized boolean held() {
        return lead != null && lead.held();
    }

    /** Whether the lead that this monitor had was lost; says so to the server otherwise. */
    synchronized boolean lost() {
        return lead != null && !lead.beat();
    }

    /** Lets another take it. */
    @Override
    public synchronized void close() {
        closed = true;
        if (lead != null) {
            lead.close();
            lead = null;
        }
    }
}

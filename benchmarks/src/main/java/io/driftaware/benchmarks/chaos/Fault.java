package io.driftaware.benchmarks.chaos;

/**
 * What is done in a round, and at which point of the code. The points of a monitor are met without a switch in it: the
 * harness holds a table locked that the monitor needs next, sees it wait there, and strikes.
 */
enum Fault {
    /** {@code kill -9} of the leader: it is about to ask where the logs were read up to. */
    KILL_BEFORE_READ("drift_checkpoints", "%", false),
    /** {@code kill -9} of the leader: rows are in the profiles, nothing is decided or committed. */
    KILL_AFTER_FOLD("drift_episodes", "%", true),
    /** {@code kill -9} of the leader: the check is committed, its actions are not claimed. */
    KILL_BEFORE_DISPATCH("drift_actions", "WITH due AS%", false),
    /** {@code kill -9} of the leader: the receiver has the call and has not answered. */
    KILL_IN_DISPATCH(true),
    KILL_FOLLOWER(false),
    KILL_POSTGRES_AFTER_FOLD("drift_episodes", "%", true),
    KILL_POSTGRES(false),
    KILL_WRITER(true),
    KILL_WRITER_AND_LEADER(false),
    /** SIGSTOP in the middle of a check, SIGCONT when another leads. */
    STOP_AFTER_FOLD("drift_episodes", "%", true),
    /** SIGTERM. */
    END_LEADER(false);

    private final String table;
    private final String query;
    private final boolean drift;

    Fault(boolean drift) {
        this("", "", drift);
    }

    Fault(String table, String query, boolean drift) {
        this.table = table;
        this.query = query;
        this.drift = drift;
    }

    /** What the monitor is made to wait for; empty for a fault at any time. */
    String table() {
        return table;
    }

    /** What it asks then, as a pattern of LIKE. */
    String query() {
        return query;
    }

    /** Whether it belongs to rounds in which an episode opens, and not to those in which it closes. */
    boolean drift() {
        return drift;
    }
}

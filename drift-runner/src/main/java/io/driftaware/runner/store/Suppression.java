package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Why actions that an episode asked for were never made: in the action's row, and with the episode. */
final class Suppression {
    static final String COOL_DOWN = "cool-down";
    static final String WEEKLY_CAP = "weekly cap";
    static final String DRY_RUN = "dry run";
    static final String REJECTED = "rejected";

    private Suppression() {}

    /** Writes the reason of a suppressed action into its episodes, as {@code details.suppressed.ACTION}. */
    static void note(Connection connection, long action) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_episodes e
                SET details = e.details || jsonb_build_object('suppressed',
                        COALESCE(e.details -> 'suppressed', '{}') || jsonb_build_object(a.action, a.suppression_reason))
                FROM drift_actions a
                JOIN drift_action_episodes ae ON ae.action_id = a.id
                WHERE a.id = ? AND a.state = 'SUPPRESSED' AND e.id = ae.episode_id
                """)) {
            statement.setLong(1, action);
            statement.executeUpdate();
        }
    }
}

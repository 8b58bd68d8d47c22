package io.driftaware.runner.cli;

import io.driftaware.runner.Detection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rights that the monitor needs, and whether the user of a connection has them. */
final class Rights {
    private Rights() {}

    /**
     * What the user lacks, as it stands in a GRANT: {@code INSERT on drift_events}.
     *
     * <p>DELETE is for retention: the monitor deletes its own old profiles and evidence (DRIFT_PROFILE_DAYS, DRIFT_EVIDENCE_DAYS),
     * which can't be switched off. It deletes no row of a log. Partitions it makes through a function, where there are any.
     *
     * @param connection to a complete schema
     */
    static List<String> lacking(Connection connection, Detection detection) throws SQLException {
        List<String> lacking = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                WITH needed AS (
                    SELECT relation, privilege
                    FROM (VALUES
                        ('embeddings_log', 'SELECT', false), ('interaction_log', 'SELECT', false),
                        ('feedback_log', 'SELECT', false), ('feedback_scores', 'SELECT', false),
                        ('documents', 'SELECT', true), ('drift_schema', 'SELECT', false),
                        ('drift_events', 'SELECT', false), ('drift_events', 'INSERT', false),
                        ('drift_events', 'UPDATE', false), ('model_versions', 'INSERT', false),
                        ('drift_episodes', 'SELECT', false), ('drift_episodes', 'INSERT', false),
                        ('drift_episodes', 'UPDATE', false),
                        ('drift_actions', 'SELECT', false), ('drift_actions', 'INSERT', false),
                        ('drift_actions', 'UPDATE', false),
                        ('drift_action_episodes', 'SELECT', false), ('drift_action_episodes', 'INSERT', false),
                        ('drift_action_episodes', 'UPDATE', false),
                        ('drift_monitor_state', 'SELECT', false), ('drift_monitor_state', 'INSERT', false),
                        ('drift_monitor_state', 'UPDATE', false), ('drift_monitor_state', 'DELETE', false),
                        ('drift_baselines', 'SELECT', false), ('drift_baselines', 'INSERT', true),
                        ('drift_baselines', 'UPDATE', true),
                        ('drift_evidence', 'SELECT', false), ('drift_evidence', 'INSERT', true),
                        ('drift_evidence', 'DELETE', false),
                        ('drift_profiles', 'SELECT', false), ('drift_profiles', 'INSERT', false),
                        ('drift_profiles', 'UPDATE', false), ('drift_profiles', 'DELETE', false),
                        ('drift_scored_profiles', 'SELECT', false), ('drift_scored_profiles', 'INSERT', false),
                        ('drift_scored_profiles', 'UPDATE', false), ('drift_scored_profiles', 'DELETE', false),
                        ('drift_checkpoints', 'SELECT', false), ('drift_checkpoints', 'INSERT', false),
                        ('drift_checkpoints', 'UPDATE', false),
                        ('drift_feedback_state', 'SELECT', false), ('drift_feedback_state', 'INSERT', false),
                        ('drift_feedback_state', 'UPDATE', false),
                        ('drift_feedback_changes', 'SELECT', false), ('drift_feedback_changes', 'DELETE', false)
                    ) AS named (relation, privilege, calibrated)
                    WHERE NOT calibrated OR ?
                )
                SELECT privilege || ' on ' || relation
                FROM needed
                WHERE NOT has_table_privilege(relation, privilege)
                UNION ALL                               -- the numbers of what is inserted
                SELECT 'USAGE on sequence ' || d.objid::regclass
                FROM needed
                JOIN pg_depend d ON d.refobjid = to_regclass(relation) AND d.classid = 'pg_class'::regclass
                                AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                JOIN pg_class s ON s.oid = d.objid
                WHERE privilege = 'INSERT'
                  AND CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(d.objid, 'USAGE') ELSE false END
                UNION ALL
                SELECT 'EXECUTE on function drift_maintain_partitions(integer)'
                FROM pg_class
                WHERE oid = to_regclass('interaction_log') AND relkind = 'p'
                  AND has_function_privilege(to_regprocedure('drift_maintain_partitions(integer)'), 'EXECUTE') IS NOT TRUE
                ORDER BY 1
                """)) {
            statement.setBoolean(1, detection == Detection.CALIBRATED);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    lacking.add(row.getString(1));
                }
            }
        }
        return lacking;
    }
}

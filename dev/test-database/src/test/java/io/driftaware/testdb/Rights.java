package io.driftaware.testdb;

import org.junit.jupiter.api.Assumptions;

/** What the tests' own user may do; a server named in DRIFT_TEST_DATABASE_URL may give it little. */
final class Rights {
    private Rights() {}

    static void assumeOurRolesCanBeTaken(TestDatabase db) {
        long roles = db.count(
                """
                SELECT count(*) FROM pg_roles
                WHERE rolname IN ('drift_writer', 'drift_monitor', 'drift_reader')
                  AND pg_has_role(current_user, oid, 'MEMBER')
                """);
        Assumptions.assumeTrue(roles == 3, "user \"" + db.user() + "\" is no member of the drift roles");
    }

    static void assumeSuperuser(TestDatabase db) {
        Assumptions.assumeTrue(
                "on".equals(db.value("SHOW is_superuser")), "user \"" + db.user() + "\" is no superuser");
    }
}

package io.driftaware.testdb;

import org.junit.jupiter.api.extension.RegisterExtension;

class CleanupTest extends CleanupContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY);

    @Override
    TestDatabase db() {
        return db;
    }
}

package io.driftaware.runner.reindex;

import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class RollbackVectorTest extends RollbackContract {
    /** Skips, or fails where pgvector is required, as every test of the kind. */
    @RegisterExtension
    static final TestDatabase PROBE = TestDatabase.empty().pgvectorRequired();

    @Override
    TestDatabase open() {
        return TestDatabase.withSchema(4).pgvectorRequired().open();
    }
}

package io.driftaware.runner.store;

import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadingOncePartitionedTest extends ReadingOnceContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3)
            .vectorKind(io.driftaware.testdb.VectorKind.ARRAY)
            .partitioned("month");

    @Override
    TestDatabase db() {
        return db;
    }
}

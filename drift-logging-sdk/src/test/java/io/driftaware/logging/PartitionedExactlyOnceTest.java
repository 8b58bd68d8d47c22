package io.driftaware.logging;

import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PartitionedExactlyOnceTest extends ExactlyOnceContract {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(32).partitioned("day");

    @Override
    TestDatabase db() {
        return DB;
    }
}

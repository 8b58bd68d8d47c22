package io.driftaware.runner.store;

import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadingOnceArrayTest extends ReadingOnceContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(io.driftaware.testdb.VectorKind.ARRAY);

    @Override
    TestDatabase db() {
        return db;
    }
}

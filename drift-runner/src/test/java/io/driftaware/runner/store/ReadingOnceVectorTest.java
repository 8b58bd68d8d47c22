package io.driftaware.runner.store;

import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadingOnceVectorTest extends ReadingOnceContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(io.driftaware.testdb.VectorKind.VECTOR);

    @Override
    TestDatabase db() {
        return db;
    }
}

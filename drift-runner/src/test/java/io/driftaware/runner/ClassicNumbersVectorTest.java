package io.driftaware.runner;

import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClassicNumbersVectorTest extends ClassicNumbersContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(8).vectorKind(VectorKind.VECTOR);

    @Override
    TestDatabase db() {
        return db;
    }
}

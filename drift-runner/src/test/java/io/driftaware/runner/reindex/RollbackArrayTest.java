package io.driftaware.runner.reindex;

import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;

class RollbackArrayTest extends RollbackContract {
    @Override
    TestDatabase open() {
        return TestDatabase.withSchema(4).vectorKind(VectorKind.ARRAY).open();
    }
}

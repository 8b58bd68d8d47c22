package io.driftaware.logging;

import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StoredVectorRowsTest extends StoredRowsContract {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3).vectorKind(VectorKind.VECTOR);

    @Override
    TestDatabase db() {
        return DB;
    }
}

package io.driftaware.deploy.monitoring;

import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import org.junit.jupiter.api.extension.RegisterExtension;

class RunbookSqlArrayTest extends RunbookSqlContract {
    @RegisterExtension
    static final TestDatabase db = database(VectorKind.ARRAY);

    RunbookSqlArrayTest() {
        super(db);
    }
}

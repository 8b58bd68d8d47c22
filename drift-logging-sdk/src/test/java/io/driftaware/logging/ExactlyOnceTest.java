package io.driftaware.logging;

import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ExactlyOnceTest extends ExactlyOnceContract {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(32);

    @Override
    TestDatabase db() {
        return DB;
    }
}

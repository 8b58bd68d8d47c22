package io.driftaware.testdb;

import org.junit.jupiter.api.extension.RegisterExtension;

class PartitionedSchemaTest extends SchemaContract {
    @RegisterExtension
    static final TestDatabase db =
            TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY).partitioned("week");

    @Override
    TestDatabase db() {
        return db;
    }

    @Override
    String vector(String numbers) {
        return "'{" + numbers + "}'";
    }

    @Override
    String key() {
        return "event_id, timestamp";
    }
}

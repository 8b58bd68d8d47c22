package io.driftaware.runner.view;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Instants as the driver takes and gives {@code timestamptz}. */
final class SqlTimes {
    private SqlTimes() {}

    static OffsetDateTime parameter(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static @Nullable Instant read(ResultSet row, int column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    /** Of a column that is never NULL. */
    static Instant required(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(read(row, column)).orElse(Instant.EPOCH);
    }
}

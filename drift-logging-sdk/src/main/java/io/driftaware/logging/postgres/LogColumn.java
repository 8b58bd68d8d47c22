package io.driftaware.logging.postgres;

import java.sql.SQLException;

/**
 * One column that is written.
 *
 * @param name the column's name
 * @param type what the catalogue must say of it
 * @param required whether rows can be written without it; another column that a table lacks is left out
 * @param field appends the value of one row
 * @param <R> what a row is made from
 */
public record LogColumn<R>(String name, ColumnType type, boolean required, Field<R> field) {

    /** Appends one field to the buffer, exactly one. */
    @FunctionalInterface
    public interface Field<R> {
        void write(R row, CopyBuffer out) throws SQLException;
    }
}

package io.driftaware.runner.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Typed values as SQL literals, for COPY, which takes no parameters. Every other statement uses parameters.
 *
 * <p>A literal never depends on the session: text is written as {@code E'..'}, which means the same whatever
 * {@code standard_conforming_strings} says, and a time carries its zone.
 */
final class SqlLiteral {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private SqlLiteral() {}

    /** A time, cut to microseconds, which is all that PostgreSQL keeps. */
    static String timestamp(Instant value) {
        if (value.isBefore(FIRST) || value.isAfter(LAST)) {
            throw new IllegalArgumentException("time " + value + " is outside the years 1 to 9999");
        }
        return "TIMESTAMPTZ '" + value.truncatedTo(ChronoUnit.MICROS) + "'";
    }

    static String integer(long value) {
        return Long.toString(value);
    }

    /** Text, or {@code NULL::text}; quotes and backslashes are doubled, a NUL is refused as PostgreSQL would. */
    static String text(@Nullable String value) {
        if (value == null) {
            return "NULL::text";
        }
        StringBuilder literal = new StringBuilder(value.length() + 3).append("E'");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\0') {
                throw new IllegalArgumentException("text with a NUL character at " + i + " cannot be stored");
            }
            if (c == '\'' || c == '\\') {
                literal.append(c);
            }
            literal.append(c);
        }
        return literal.append('\'').toString();
    }
}

/**
 * How rows get into PostgreSQL: binary COPY, the encoding of vectors, and what a failure means. Start at {@code CopyWriter}.
 *
 * <p>Public only for {@code io.driftaware.logging}: not part of the API, and free to change.
 */
@NullMarked
package io.driftaware.logging.postgres;

import org.jspecify.annotations.NullMarked;

/** Tests of the COPY encoding, against a real PostgreSQL as the reader. */
@NullMarked
package io.driftaware.logging.postgres;

import org.jspecify.annotations.NullMarked;

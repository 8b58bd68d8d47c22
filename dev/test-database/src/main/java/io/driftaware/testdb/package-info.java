/**
 * A real PostgreSQL for every test. Start at {@link io.driftaware.testdb.TestDatabase}; tests that stop or kill a
 * server take an {@link io.driftaware.testdb.OwnServer}.
 */
@NullMarked
package io.driftaware.testdb;

import org.jspecify.annotations.NullMarked;

/**
 * Gives every document the vector of another model, beside the running search: shadow columns, filled in batches,
 * indexed, compared, and renamed in one transaction. Start at {@link Reindexer}, and at {@link Steps} for
 * what follows what; decisions/0015 says why so.
 */
@NullMarked
package io.driftaware.runner.reindex;

import org.jspecify.annotations.NullMarked;

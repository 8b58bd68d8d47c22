/**
 * Everything that speaks SQL: what a check reads ({@link io.driftaware.runner.store.SnapshotReader}), what a decision
 * writes ({@link io.driftaware.runner.store.EpisodeStore}), the action outbox
 * ({@link io.driftaware.runner.store.ActionOutbox}), and the state of the schema
 * ({@link io.driftaware.runner.store.SchemaCheck}). Public types here serve the runner's other packages and are not a
 * contract.
 */
@NullMarked
package io.driftaware.runner.store;

import org.jspecify.annotations.NullMarked;

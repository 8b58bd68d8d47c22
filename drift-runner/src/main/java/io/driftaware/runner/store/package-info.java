/**
 * Everything that speaks SQL: how new rows get into profiles ({@link io.driftaware.runner.store.Intake}), what a check reads
 * of those ({@link io.driftaware.runner.store.ProfileReader}) and a preview of rows
 * ({@link io.driftaware.runner.store.SnapshotReader}), what a decision writes ({@link io.driftaware.runner.store.EpisodeStore}), the action outbox
 * ({@link io.driftaware.runner.store.ActionOutbox}), and the state of the schema
 * ({@link io.driftaware.runner.store.SchemaCheck}). Public types here serve the runner's other packages and are not a
 * contract.
 */
@NullMarked
package io.driftaware.runner.store;

import org.jspecify.annotations.NullMarked;

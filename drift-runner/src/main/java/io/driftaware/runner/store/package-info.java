/**
 * What a monitor reads and writes of its database: how new rows get into profiles ({@link io.driftaware.runner.store.Intake}),
 * what a check reads of those ({@link io.driftaware.runner.store.ProfileReader}) and a preview of rows
 * ({@link io.driftaware.runner.store.SnapshotReader}), what a decision writes ({@link io.driftaware.runner.store.EpisodeStore}),
 * the action outbox ({@link io.driftaware.runner.store.ActionOutbox}), and the state of the schema
 * ({@link io.driftaware.runner.store.SchemaCheck}). Public types here serve the runner's other packages and are not a contract.
 *
 * <p>SQL stands where it is used. Besides this package there is some in {@code view}, for pages and reports, which only reads; in
 * {@code reindex} and {@code retrain}, of their own tables; in {@code action}, the NOTIFY; and in {@code cli}, what {@code doctor}
 * and {@code backtest} look at. No other package has any; {@code ArchitectureTest} holds that.
 */
@NullMarked
package io.driftaware.runner.store;

import org.jspecify.annotations.NullMarked;

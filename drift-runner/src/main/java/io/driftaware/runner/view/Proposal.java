package io.driftaware.runner.view;

import io.driftaware.runner.BaselineProposal;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.view.Overview.BaselineState;
import io.driftaware.runner.view.Overview.OpenEpisode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What it would mean to make the rows of a stretch of time the new normal. */
public record Proposal(
        @Says("that it is about") String stream,
        @Says("model and dimension of its embeddings; empty for other streams") String space,
        @Says("start of the stretch") Instant from,
        @Says("end of the stretch") Instant to,
        @Says("that there are in it, as far as checks have read them") long rows,
        @Says("no more rows are drawn, nor counted here; null where all count") @Nullable Long most,
        @Says("rows that are needed") long needed,
        @Says("why it cannot be done, with the remedy; null if it can") @Nullable String obstacle,
        @Says("what is in use, and would be retired; null if there is none") @Nullable BaselineState replaces,
        @Says("the episode that lasts, and would be closed; null if there is none") @Nullable OpenEpisode closes) {

    static Proposal of(BaselineProposal proposal) {
        Baseline replaces = proposal.replaces();
        Episode ends = proposal.ends();
        return new Proposal(
                proposal.stream().label(),
                proposal.space(),
                proposal.window().from(),
                proposal.window().to(),
                proposal.rows(),
                proposal.most(),
                proposal.needed(),
                proposal.obstacle(),
                replaces == null
                        ? null
                        : new BaselineState(replaces.id(), replaces.rowsFrom(), replaces.rowsTo(), replaces.rows()),
                ends == null ? null : new OpenEpisode(ends.id(), ends.openedAt()));
    }
}

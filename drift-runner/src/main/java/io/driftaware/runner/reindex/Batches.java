package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Fills the new vectors one batch a step, within budget and rate: the documents, where the next batch begins, and what it
 * cost are written in one transaction.
 */
final class Batches {
    /** All documents of a batch are being written by others: to ask for them again at once would only cost. */
    private static final Duration BUSY = Duration.ofSeconds(2);

    private static final DocumentEmbedder.Embedded NOTHING = new DocumentEmbedder.Embedded(List.of(), 0);

    private final MeteredModel model;
    private final ReindexSettings settings;
    private final InstantSource clock;

    /** Documents in the next batch: fewer after the model has refused one. */
    private int most;

    /**
     * What a step came to.
     *
     * @param over whether the pass has come to the last document
     * @param next how long to wait; zero for not at all
     */
    record Step(boolean over, Duration next) {}

    Batches(MeteredModel model, ReindexSettings settings, InstantSource clock) {
        this.model = model;
        this.settings = settings;
        this.clock = clock;
        this.most = settings.batchTexts();
    }

    /**
     * One batch, with at most one request. A batch that is not full ends the pass, and the next state begins, since an
     * application that goes on writing would keep a pass from ever finding nothing; the swap sees to it that nothing is
     * left.
     */
    Step fill(Connection connection, ReindexStatus status, Filling filling, Filling.Target target, ReindexState then)
            throws SQLException, EmbeddingFailure, InterruptedException {
        Filling.Batch batch = filling.read(connection, target, status.place().cursor(), most);
        if (batch.isEmpty()) {
            StatusStore.save(connection, then == status.state() ? status.from(0) : status.to(then, ""));
            return new Step(true, Duration.ZERO);
        }
        if (batch.ids().isEmpty()) {
            return write(connection, status, filling, target, then, batch, NOTHING, 0);
        }
        // What was swapped must be ended, whatever it costs.
        Optional<String> spent = target == Filling.Target.LIVE ? Optional.empty() : model.spent(status.work());
        if (spent.isPresent()) {
            StatusStore.save(connection, status.ended(ReindexState.STOPPED, spent.get(), clock.instant()));
            return new Step(false, Duration.ZERO);
        }
        Duration pause = model.pause();
        if (!pause.isZero()) {
            return new Step(false, pause);
        }
        DocumentEmbedder.Embedded made;
        try {
            made = model.embed(batch.texts());
        } catch (EmbeddingFailure e) {
            if (e.kind() != EmbeddingFailure.Kind.REFUSED) {
                throw e;
            }
            if (batch.ids().size() == 1) {
                throw naming(batch.ids().get(0), e);
            }
            // Too much at once, or one of them is not taken: the first half shows which.
            most = batch.ids().size() / 2;
            StatusStore.save(
                    connection, status.filled(0, 0, 1, 0, status.place().cursor()));
            return new Step(false, Duration.ZERO);
        }
        Step step = write(connection, status, filling, target, then, batch, made, 1);
        most = Math.min(2 * most, settings.batchTexts());
        return step;
    }

    private static Step write(
            Connection connection,
            ReindexStatus status,
            Filling filling,
            Filling.Target target,
            ReindexState then,
            Filling.Batch batch,
            DocumentEmbedder.Embedded made,
            int calls)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            Filling.Written written = filling.write(connection, target, batch, made.vectors());
            ReindexStatus filled = status.filled(
                    written.embedded(), written.copied(), calls, made.tokens(), batch.full() ? batch.last() : 0);
            StatusStore.save(connection, batch.full() || then == status.state() ? filled : filled.to(then, ""));
            connection.commit();
            return new Step(!batch.full(), written.nothing() ? BUSY : Duration.ZERO);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static EmbeddingFailure naming(long id, EmbeddingFailure failure) {
        EmbeddingFailure named = new EmbeddingFailure(
                failure.kind(),
                "the model refused document " + id + ": " + failure.getMessage()
                        + "; shorten or delete it, then start again",
                Duration.ZERO);
        named.initCause(failure);
        return named;
    }
}

package io.driftaware.runner.store;

import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Reads as a check does: lead, backlog, and the rest in the transaction that decides. */
final class CheckReading {
    private final TestDatabase db;
    private Instant now;
    private Scoring scoring = Scoring.NONE;
    private int rowsAPass = Intake.ROWS_A_PASS;

    CheckReading(TestDatabase db, Instant now) {
        this.db = db;
        this.now = now;
    }

    CheckReading at(Instant instant) {
        now = instant;
        return this;
    }

    CheckReading scoring(Scoring baselines) {
        scoring = baselines;
        return this;
    }

    CheckReading rowsAPass(int rows) {
        rowsAPass = rows;
        return this;
    }

    /** What the check does with what was read, in the same transaction. */
    interface Decision {
        void on(Connection connection, Intake.Taken taken) throws SQLException;
    }

    Intake.Taken read() throws SQLException {
        return read((connection, taken) -> {}).orElseThrow();
    }

    /** Empty if another has the lead. */
    Optional<Intake.Taken> read(Decision decision) throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            return session.claim() ? Optional.of(read(session, decision)) : Optional.empty();
        }
    }

    /** As one who believes that he leads. */
    Intake.Taken readWithoutLead(Decision decision) throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            return read(session, decision);
        }
    }

    private Intake.Taken read(CheckSession session, Decision decision) throws SQLException {
        VectorKind kind = VectorKind.valueOf(db.vectorKind().name());
        Intake intake = Intake.start(session, new Intake.Settings(now, ZoneOffset.UTC, kind, scoring, rowsAPass));
        return session.write(connection -> {
            Intake.Taken taken = intake.finish(connection);
            decision.on(connection, taken);
            return taken;
        });
    }
}

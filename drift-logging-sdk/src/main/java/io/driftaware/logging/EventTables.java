package io.driftaware.logging;

import io.driftaware.logging.postgres.ColumnType;
import io.driftaware.logging.postgres.CopyBuffer;
import io.driftaware.logging.postgres.LogColumn;
import io.driftaware.logging.postgres.LogTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which column of which table holds which part of an event. Columns with a server-side default that is right are not here. */
final class EventTables {
    private static final String NO_METADATA = "{}";

    @FunctionalInterface
    private interface Part<T> {
        void write(T event, CopyBuffer out) throws SQLException;
    }

    private EventTables() {}

    static List<LogTable<Slot>> all() {
        return List.of(interactions(), embeddings(), feedback());
    }

    private static LogTable<Slot> interactions() {
        List<LogColumn<Slot>> columns = common();
        columns.add(required("interaction_id", ColumnType.UUID, (s, out) -> out.uuid(s.interactionId)));
        interaction(columns, "user_query", ColumnType.TEXT, (i, out) -> out.text(i.query));
        interaction(columns, "model_response", ColumnType.TEXT, (i, out) -> out.text(i.response));
        interaction(columns, "model_name", ColumnType.TEXT, (i, out) -> out.text(i.model));
        interaction(columns, "request_model", ColumnType.TEXT, (i, out) -> out.text(i.requestModel));
        interaction(columns, "refusal_flag", ColumnType.BOOLEAN, (i, out) -> out.bool(i.refusal));
        interaction(columns, "toxicity_flag", ColumnType.BOOLEAN, (i, out) -> out.bool(i.toxic));
        interaction(columns, "refusal_score", ColumnType.REAL, (i, out) -> real(i.refusalScore, out));
        interaction(columns, "refusal_kind", ColumnType.TEXT, (i, out) -> out.text(i.refusalKind));
        interaction(columns, "refusal_detector", ColumnType.TEXT, (i, out) -> out.text(i.refusalDetector));
        interaction(columns, "toxicity_score", ColumnType.REAL, (i, out) -> real(i.toxicityScore, out));
        interaction(columns, "toxicity_detector", ColumnType.TEXT, (i, out) -> out.text(i.toxicityDetector));
        interaction(columns, "user_feedback_score", ColumnType.SCORE, (i, out) -> score(i.feedback, out));
        interaction(columns, "response_time_ms", ColumnType.INTEGER, (i, out) -> millis(i.responseTimeMillis, out));
        interaction(columns, "token_count", ColumnType.INTEGER, (i, out) -> out.int4(i.tokenCount));
        interaction(columns, "input_tokens", ColumnType.INTEGER, (i, out) -> out.int4(i.inputTokens));
        interaction(columns, "output_tokens", ColumnType.INTEGER, (i, out) -> out.int4(i.outputTokens));
        interaction(columns, "topic", ColumnType.TEXT, (i, out) -> out.text(i.topic));
        interaction(columns, "user_id", ColumnType.TEXT, (i, out) -> out.text(i.userId));
        interaction(columns, "session_id", ColumnType.TEXT, (i, out) -> out.text(i.sessionId));
        interaction(columns, "conversation_id", ColumnType.TEXT, (i, out) -> out.text(i.conversationId));
        interaction(columns, "tenant", ColumnType.TEXT, (i, out) -> out.text(i.tenant));
        interaction(columns, "segment", ColumnType.TEXT, (i, out) -> out.text(i.segment));
        interaction(columns, "prompt_name", ColumnType.TEXT, (i, out) -> out.text(i.promptName));
        interaction(columns, "prompt_version", ColumnType.TEXT, (i, out) -> out.text(i.promptVersion));
        interaction(columns, "retrieval_top_score", ColumnType.REAL, (i, out) -> real(i.retrievalTopScore, out));
        interaction(columns, "retrieval_hits", ColumnType.INTEGER, (i, out) -> out.int4(i.retrievalHits));
        interaction(columns, "content_capture", ColumnType.TEXT, (i, out) -> captured(i, out));
        interaction(columns, "metadata", ColumnType.JSON, (i, out) -> json(i.metadataJson, out));
        return new LogTable<>("interaction_log", s -> s.payload instanceof Interaction, columns);
    }

    private static LogTable<Slot> embeddings() {
        List<LogColumn<Slot>> columns = common();
        columns.add(required("embedding", ColumnType.EMBEDDING, (s, out) -> out.vector(s.requiredVector())));
        columns.add(optional("embedding_dim", ColumnType.INTEGER, (s, out) -> out.int4(s.requiredVector().length)));
        columns.add(optional("embedding_model", ColumnType.TEXT, (s, out) -> out.text(s.model)));
        columns.add(optional("interaction_id", ColumnType.UUID, (s, out) -> out.uuid(s.interactionId)));
        columns.add(required(
                "type", ColumnType.TEXT, (s, out) -> out.text(details(s).type())));
        columns.add(optional(
                "ref_id", ColumnType.BIGINT, (s, out) -> out.int8(details(s).refId())));
        columns.add(optional(
                "tenant", ColumnType.TEXT, (s, out) -> out.text(details(s).tenant())));
        columns.add(optional(
                "segment", ColumnType.TEXT, (s, out) -> out.text(details(s).segment())));
        columns.add(optional(
                "metadata", ColumnType.JSON, (s, out) -> json(details(s).metadataJson(), out)));
        return new LogTable<>("embeddings_log", s -> s.payload instanceof EmbeddingRecord.Details, columns);
    }

    private static LogTable<Slot> feedback() {
        List<LogColumn<Slot>> columns = common();
        columns.add(required("interaction_id", ColumnType.UUID, (s, out) -> out.uuid(s.interactionId)));
        feedback(columns, "score", ColumnType.SCORE, (f, out) -> score(f.score(), out));
        feedback(
                columns,
                "source",
                ColumnType.TEXT,
                (f, out) -> out.text(f.source() == null ? Feedback.USER : f.source()));
        feedback(columns, "comment", ColumnType.TEXT, (f, out) -> out.text(f.comment()));
        feedback(columns, "metadata", ColumnType.JSON, (f, out) -> json(f.metadataJson(), out));
        return new LogTable<>("feedback_log", s -> s.payload instanceof Feedback, columns);
    }

    private static List<LogColumn<Slot>> common() {
        List<LogColumn<Slot>> columns = new ArrayList<>();
        columns.add(required("event_id", ColumnType.UUID, (s, out) -> out.uuid(s.eventId)));
        columns.add(required("timestamp", ColumnType.TIMESTAMP, (s, out) -> out.timestamp(s.timestamp)));
        return columns;
    }

    private static LogColumn<Slot> required(String name, ColumnType type, LogColumn.Field<Slot> field) {
        return new LogColumn<>(name, type, true, field);
    }

    private static LogColumn<Slot> optional(String name, ColumnType type, LogColumn.Field<Slot> field) {
        return new LogColumn<>(name, type, false, field);
    }

    private static void interaction(
            List<LogColumn<Slot>> columns, String name, ColumnType type, Part<Interaction> part) {
        columns.add(optional(name, type, (s, out) -> part.write(s.payload(Interaction.class), out)));
    }

    private static void feedback(List<LogColumn<Slot>> columns, String name, ColumnType type, Part<Feedback> part) {
        columns.add(required(name, type, (s, out) -> part.write(s.payload(Feedback.class), out)));
    }

    private static EmbeddingRecord.Details details(Slot slot) {
        return slot.payload(EmbeddingRecord.Details.class);
    }

    private static void captured(Interaction interaction, CopyBuffer out) throws SQLException {
        out.text(interaction.captured == null ? null : interaction.captured.name());
    }

    private static void score(@Nullable Double score, CopyBuffer out) throws SQLException {
        out.hundredths(score == null ? null : Admission.hundredths(score));
    }

    private static void millis(@Nullable Long millis, CopyBuffer out) throws SQLException {
        out.int4(millis == null ? null : Math.toIntExact(millis));
    }

    private static void real(@Nullable Double value, CopyBuffer out) throws SQLException {
        out.float4(value == null ? null : value.floatValue());
    }

    private static void json(@Nullable String json, CopyBuffer out) throws SQLException {
        out.json(json == null ? NO_METADATA : json);
    }
}

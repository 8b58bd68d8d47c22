package io.driftaware.logging;

import com.pgvector.PGvector;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One embedding to be logged. Immutable but for the array, which is not copied here: {@link DriftLogger#log(EmbeddingRecord)}
 * copies it, once, before it returns, and after that the caller may use the array again.
 */
public final class EmbeddingRecord {
    static final String DOCUMENT = "doc";

    /** All but the vector, so that the queue can hold it without holding the caller's array. */
    record Details(
            String type,
            @Nullable UUID interactionId,
            @Nullable String model,
            @Nullable Instant timestamp,
            @Nullable String tenant,
            @Nullable String segment,
            @Nullable Long refId,
            @Nullable String metadataJson) {

        Details withMetadata(@Nullable String json) {
            return new Details(type, interactionId, model, timestamp, tenant, segment, refId, json);
        }

        long textLength() {
            return (long) length(model) + length(tenant) + length(segment) + length(metadataJson);
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }

    private final float @Nullable [] vector;
    private final Details details;

    private EmbeddingRecord(float @Nullable [] vector, Details details) {
        this.vector = vector;
        this.details = details;
    }

    private static EmbeddingRecord of(String type, float @Nullable [] vector) {
        return new EmbeddingRecord(vector, new Details(type, null, null, null, null, null, null, null));
    }

    /**
     * {@return the embedding of what a user asked}
     *
     * @param vector its values; must not change until it is logged
     */
    public static EmbeddingRecord query(float[] vector) {
        return of("query", vector);
    }

    /**
     * {@return the embedding of what a user asked}
     *
     * @param vector its values, as pgvector-java holds them
     */
    public static EmbeddingRecord query(PGvector vector) {
        return of("query", vector.toArray());
    }

    /**
     * {@return the embedding of a document, or of a part of one}
     *
     * @param vector its values; must not change until it is logged
     */
    public static EmbeddingRecord document(float[] vector) {
        return of(DOCUMENT, vector);
    }

    /**
     * {@return the embedding of a document, as it was read from the {@code documents} table}
     *
     * @param vector its values, as pgvector-java holds them
     */
    public static EmbeddingRecord document(PGvector vector) {
        return of(DOCUMENT, vector.toArray());
    }

    /**
     * {@return the embedding of what the model answered}
     *
     * @param vector its values; must not change until it is logged
     */
    public static EmbeddingRecord response(float[] vector) {
        return of("response", vector);
    }

    /**
     * {@return the embedding of what the model answered}
     *
     * @param vector its values, as pgvector-java holds them
     */
    public static EmbeddingRecord response(PGvector vector) {
        return of("response", vector.toArray());
    }

    /**
     * {@return a copy that belongs to an interaction}
     *
     * @param interactionId what {@link DriftLogger#log(Interaction)} returned
     */
    public EmbeddingRecord withInteraction(UUID interactionId) {
        Details d = details;
        return with(
                new Details(d.type, interactionId, d.model, d.timestamp, d.tenant, d.segment, d.refId, d.metadataJson));
    }

    /**
     * {@return a copy that was made by another embedding model than the logger's}
     *
     * @param model its name; embeddings of different models are never compared
     */
    public EmbeddingRecord withModel(String model) {
        Details d = details;
        return with(
                new Details(d.type, d.interactionId, model, d.timestamp, d.tenant, d.segment, d.refId, d.metadataJson));
    }

    /**
     * {@return a copy that belongs to another time than it is logged}
     *
     * @param timestamp when it was made
     */
    public EmbeddingRecord withTimestamp(Instant timestamp) {
        Details d = details;
        return with(
                new Details(d.type, d.interactionId, d.model, timestamp, d.tenant, d.segment, d.refId, d.metadataJson));
    }

    /**
     * {@return a copy with a tenant}
     *
     * @param tenant whose traffic it is
     */
    public EmbeddingRecord withTenant(String tenant) {
        Details d = details;
        return with(
                new Details(d.type, d.interactionId, d.model, d.timestamp, tenant, d.segment, d.refId, d.metadataJson));
    }

    /**
     * {@return a copy with a segment}
     *
     * @param segment the part of the traffic that it is watched with
     */
    public EmbeddingRecord withSegment(String segment) {
        Details d = details;
        return with(
                new Details(d.type, d.interactionId, d.model, d.timestamp, d.tenant, segment, d.refId, d.metadataJson));
    }

    /**
     * {@return a copy that refers to a row of the application, such as {@code documents.id}}
     *
     * @param refId that row's id
     */
    public EmbeddingRecord withRefId(long refId) {
        Details d = details;
        return with(
                new Details(d.type, d.interactionId, d.model, d.timestamp, d.tenant, d.segment, refId, d.metadataJson));
    }

    /**
     * {@return a copy with metadata}
     *
     * @param metadataJson a JSON value, usually an object
     */
    public EmbeddingRecord withMetadataJson(String metadataJson) {
        Details d = details;
        return with(
                new Details(d.type, d.interactionId, d.model, d.timestamp, d.tenant, d.segment, d.refId, metadataJson));
    }

    private EmbeddingRecord with(Details other) {
        return new EmbeddingRecord(vector, other);
    }

    float @Nullable [] vector() {
        return vector;
    }

    Details details() {
        return details;
    }
}

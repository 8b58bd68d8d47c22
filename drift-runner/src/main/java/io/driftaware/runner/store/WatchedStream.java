package io.driftaware.runner.store;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The sequences that are watched. Labels are fixed: metrics, JSON and the database carry them. */
public enum WatchedStream {
    /** Embeddings of what users ask. */
    QUERY_EMBEDDINGS(Kind.EMBEDDINGS, "query"),
    /** Embeddings of the documents. */
    DOCUMENT_EMBEDDINGS(Kind.EMBEDDINGS, "doc"),
    /** Embeddings of the answers. */
    RESPONSE_EMBEDDINGS(Kind.EMBEDDINGS, "response"),
    /** Whether an answer refused. */
    REFUSALS(Kind.FLAG, "refusal_flag"),
    /** Whether an answer was toxic. */
    TOXICITY(Kind.FLAG, "toxicity_flag"),
    /** What users thought of it. */
    FEEDBACK(Kind.FEEDBACK, "score"),
    /** Whether the documents cover what is asked, by what the application's retrieval found. */
    COVERAGE(Kind.RETRIEVAL, "retrieval_top_score");

    /** What a stream is made of. */
    public enum Kind {
        /** Rows of {@code embeddings_log}. */
        EMBEDDINGS,
        /** A flag of {@code interaction_log}. */
        FLAG,
        /** Scores of {@code feedback_scores}. */
        FEEDBACK,
        /** Scores and hits of the retrieval, in {@code interaction_log}. */
        RETRIEVAL
    }

    private final Kind kind;
    private final String source;
    private final String label;

    WatchedStream(Kind kind, String source) {
        this.kind = kind;
        this.source = source;
        this.label = name().toLowerCase(Locale.ROOT);
    }

    /** The name in metrics, JSON and the database. */
    public String label() {
        return label;
    }

    /** What it is made of. */
    public Kind kind() {
        return kind;
    }

    /** The embedding type or column that it is read from. */
    public String source() {
        return source;
    }

    /** The stream of an embedding type. */
    static WatchedStream ofEmbeddingType(@Nullable String type) {
        for (WatchedStream stream : values()) {
            if (stream.kind == Kind.EMBEDDINGS && stream.source.equals(type)) {
                return stream;
            }
        }
        throw new IllegalArgumentException("no stream has embeddings of type '" + type + "'");
    }

    /** The stream with this label. */
    public static WatchedStream ofLabel(String label) {
        for (WatchedStream stream : values()) {
            if (stream.label.equals(label)) {
                return stream;
            }
        }
        throw new IllegalArgumentException("no stream is called '" + label + "'");
    }
}

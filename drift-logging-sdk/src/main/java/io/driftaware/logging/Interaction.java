package io.driftaware.logging;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with the model: what was asked, what was answered, and what is known about it. Everything is optional.
 * Building never fails: {@link DriftLogger#log(Interaction)} checks the values and counts those it refuses.
 */
public final class Interaction {
    final @Nullable String query;
    final @Nullable String response;
    final @Nullable String model;
    final @Nullable String requestModel;
    final @Nullable Boolean refusal;
    final @Nullable Boolean toxic;
    final @Nullable Double feedback;
    final @Nullable Long responseTimeMillis;
    final @Nullable Integer tokenCount;
    final @Nullable Integer inputTokens;
    final @Nullable Integer outputTokens;
    final @Nullable String topic;
    final @Nullable String userId;
    final @Nullable String sessionId;
    final @Nullable String conversationId;
    final @Nullable String tenant;
    final @Nullable String segment;
    final @Nullable String promptName;
    final @Nullable String promptVersion;
    final @Nullable Double retrievalTopScore;
    final @Nullable Integer retrievalHits;
    final @Nullable Instant timestamp;
    final @Nullable String metadataJson;
    final @Nullable UUID id;

    private Interaction(Builder b) {
        query = b.query;
        response = b.response;
        model = b.model;
        requestModel = b.requestModel;
        refusal = b.refusal;
        toxic = b.toxic;
        feedback = b.feedback;
        responseTimeMillis = b.responseTimeMillis;
        tokenCount = b.tokenCount;
        inputTokens = b.inputTokens;
        outputTokens = b.outputTokens;
        topic = b.topic;
        userId = b.userId;
        sessionId = b.sessionId;
        conversationId = b.conversationId;
        tenant = b.tenant;
        segment = b.segment;
        promptName = b.promptName;
        promptVersion = b.promptVersion;
        retrievalTopScore = b.retrievalTopScore;
        retrievalHits = b.retrievalHits;
        timestamp = b.timestamp;
        metadataJson = b.metadataJson;
        id = b.id;
    }

    /** {@return a builder in which nothing is set} */
    public static Builder builder() {
        return new Builder();
    }

    /** The length of all texts in characters. */
    long textLength() {
        return length(query)
                + length(response)
                + length(model)
                + length(requestModel)
                + length(topic)
                + length(userId)
                + length(sessionId)
                + length(conversationId)
                + length(tenant)
                + length(segment)
                + length(promptName)
                + length(promptVersion)
                + length(metadataJson);
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** Collects what is known about an interaction. Not for several threads at once. */
    public static final class Builder {
        private @Nullable String query;
        private @Nullable String response;
        private @Nullable String model;
        private @Nullable String requestModel;
        private @Nullable Boolean refusal;
        private @Nullable Boolean toxic;
        private @Nullable Double feedback;
        private @Nullable Long responseTimeMillis;
        private @Nullable Integer tokenCount;
        private @Nullable Integer inputTokens;
        private @Nullable Integer outputTokens;
        private @Nullable String topic;
        private @Nullable String userId;
        private @Nullable String sessionId;
        private @Nullable String conversationId;
        private @Nullable String tenant;
        private @Nullable String segment;
        private @Nullable String promptName;
        private @Nullable String promptVersion;
        private @Nullable Double retrievalTopScore;
        private @Nullable Integer retrievalHits;
        private @Nullable Instant timestamp;
        private @Nullable String metadataJson;
        private @Nullable UUID id;

        private Builder() {}

        /**
         * {@return this}
         * @param query what the user asked, stored as it is
         */
        public Builder query(@Nullable String query) {
            this.query = query;
            return this;
        }

        /**
         * {@return this}
         * @param response what the model answered, stored as it is
         */
        public Builder response(@Nullable String response) {
            this.response = response;
            return this;
        }

        /**
         * {@return this}
         * @param model the model that answered, as the provider names it
         */
        public Builder model(@Nullable String model) {
            this.model = model;
            return this;
        }

        /**
         * {@return this}
         * @param requestModel the model that was asked for, where an alias or router stands between
         */
        public Builder requestModel(@Nullable String requestModel) {
            this.requestModel = requestModel;
            return this;
        }

        /**
         * {@return this}
         * @param refusal whether the model refused; null means unknown, and unknown does not count as no
         */
        public Builder refusal(@Nullable Boolean refusal) {
            this.refusal = refusal;
            return this;
        }

        /**
         * {@return this}
         * @param toxic whether the answer is toxic; null means unknown, and unknown does not count as no
         */
        public Builder toxic(@Nullable Boolean toxic) {
            this.toxic = toxic;
            return this;
        }

        /**
         * {@return this}
         * @param feedback the user's score from 0, worst, to 1, best, where it is known already; stored with two decimals. A later one goes through {@link DriftLogger#feedback}
         */
        public Builder feedback(double feedback) {
            this.feedback = feedback;
            return this;
        }

        /**
         * {@return this}
         * @param responseTimeMillis how long the answer took, in milliseconds
         */
        public Builder responseTimeMillis(long responseTimeMillis) {
            this.responseTimeMillis = responseTimeMillis;
            return this;
        }

        /**
         * {@return this}
         * @param tokenCount tokens in all
         */
        public Builder tokenCount(@Nullable Integer tokenCount) {
            this.tokenCount = tokenCount;
            return this;
        }

        /**
         * {@return this}
         * @param inputTokens tokens of the prompt
         */
        public Builder inputTokens(@Nullable Integer inputTokens) {
            this.inputTokens = inputTokens;
            return this;
        }

        /**
         * {@return this}
         * @param outputTokens tokens of the answer
         */
        public Builder outputTokens(@Nullable Integer outputTokens) {
            this.outputTokens = outputTokens;
            return this;
        }

        /**
         * {@return this}
         * @param topic what it is about, in the application's words
         */
        public Builder topic(@Nullable String topic) {
            this.topic = topic;
            return this;
        }

        /**
         * {@return this}
         * @param userId who asked, as a pseudonym where possible
         */
        public Builder userId(@Nullable String userId) {
            this.userId = userId;
            return this;
        }

        /**
         * {@return this}
         * @param sessionId the session it belongs to
         */
        public Builder sessionId(@Nullable String sessionId) {
            this.sessionId = sessionId;
            return this;
        }

        /**
         * {@return this}
         * @param conversationId the conversation it belongs to; its interactions count together where rates are tested
         */
        public Builder conversationId(@Nullable String conversationId) {
            this.conversationId = conversationId;
            return this;
        }

        /**
         * {@return this}
         * @param tenant whose traffic it is
         */
        public Builder tenant(@Nullable String tenant) {
            this.tenant = tenant;
            return this;
        }

        /**
         * {@return this}
         * @param segment the part of the traffic that it is watched with
         */
        public Builder segment(@Nullable String segment) {
            this.segment = segment;
            return this;
        }

        /**
         * {@return this}
         * @param promptName the prompt template
         */
        public Builder promptName(@Nullable String promptName) {
            this.promptName = promptName;
            return this;
        }

        /**
         * {@return this}
         * @param promptVersion the prompt template's version
         */
        public Builder promptVersion(@Nullable String promptVersion) {
            this.promptVersion = promptVersion;
            return this;
        }

        /**
         * {@return this}
         * @param retrievalTopScore the similarity of the best document that retrieval found; finite
         */
        public Builder retrievalTopScore(double retrievalTopScore) {
            this.retrievalTopScore = retrievalTopScore;
            return this;
        }

        /**
         * {@return this}
         * @param retrievalHits how many documents retrieval found
         */
        public Builder retrievalHits(@Nullable Integer retrievalHits) {
            this.retrievalHits = retrievalHits;
            return this;
        }

        /**
         * {@return this}
         * @param timestamp when it happened; by default when it is logged
         */
        public Builder timestamp(@Nullable Instant timestamp) {
            this.timestamp = timestamp;
            return this;
        }

        /**
         * {@return this}
         * @param metadataJson a JSON value, usually an object
         */
        public Builder metadataJson(@Nullable String metadataJson) {
            this.metadataJson = metadataJson;
            return this;
        }

        /**
         * {@return this}
         * @param id the id to store it under, by default a new one; {@link DriftLogger#log(Interaction)} returns it
         */
        public Builder id(@Nullable UUID id) {
            this.id = id;
            return this;
        }

        /** {@return the interaction} */
        public Interaction build() {
            return new Interaction(this);
        }
    }
}

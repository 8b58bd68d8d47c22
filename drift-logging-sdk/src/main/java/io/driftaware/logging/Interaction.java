package io.driftaware.logging;

import io.driftaware.logging.privacy.ContentCapture;
import java.time.Instant;
import java.util.Arrays;
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
    final @Nullable Double refusalScore;
    final @Nullable String refusalKind;
    final @Nullable String refusalDetector;
    final @Nullable Double toxicityScore;
    final @Nullable String toxicityDetector;
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
    /** What was kept of its content, once that is decided. */
    final @Nullable ContentCapture captured;

    private Interaction(Builder b) {
        query = b.query;
        response = b.response;
        model = b.model;
        requestModel = b.requestModel;
        refusal = b.refusal;
        toxic = b.toxic;
        refusalScore = b.refusalScore;
        refusalKind = b.refusalKind;
        refusalDetector = b.refusalDetector;
        toxicityScore = b.toxicityScore;
        toxicityDetector = b.toxicityDetector;
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
        captured = b.captured;
    }

    /** {@return a builder in which nothing is set} */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder in which everything is set as here. */
    Builder toBuilder() {
        return new Builder(this);
    }

    /** The length of all texts in characters. */
    long textLength() {
        return length(query)
                + length(response)
                + length(model)
                + length(requestModel)
                + length(refusalKind)
                + length(refusalDetector)
                + length(toxicityDetector)
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
        private @Nullable Double refusalScore;
        private @Nullable String refusalKind;
        private @Nullable String refusalDetector;
        private @Nullable Double toxicityScore;
        private @Nullable String toxicityDetector;
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
        private @Nullable ContentCapture captured;

        private Builder() {}

        private Builder(Interaction of) {
            query = of.query;
            response = of.response;
            model = of.model;
            requestModel = of.requestModel;
            refusal = of.refusal;
            toxic = of.toxic;
            refusalScore = of.refusalScore;
            refusalKind = of.refusalKind;
            refusalDetector = of.refusalDetector;
            toxicityScore = of.toxicityScore;
            toxicityDetector = of.toxicityDetector;
            feedback = of.feedback;
            responseTimeMillis = of.responseTimeMillis;
            tokenCount = of.tokenCount;
            inputTokens = of.inputTokens;
            outputTokens = of.outputTokens;
            topic = of.topic;
            userId = of.userId;
            sessionId = of.sessionId;
            conversationId = of.conversationId;
            tenant = of.tenant;
            segment = of.segment;
            promptName = of.promptName;
            promptVersion = of.promptVersion;
            retrievalTopScore = of.retrievalTopScore;
            retrievalHits = of.retrievalHits;
            timestamp = of.timestamp;
            metadataJson = of.metadataJson;
            id = of.id;
            captured = of.captured;
        }

        /**
         * {@return this}
         * @param query what the user asked; {@link DriftLogger.Builder#contentCapture} says what is kept of it
         */
        public Builder query(@Nullable String query) {
            this.query = query;
            return this;
        }

        /**
         * {@return this}
         * @param response what the model answered; {@link DriftLogger.Builder#contentCapture} says what is kept of it
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
         * @param refusalScore how sure the detector is that the model refused; finite
         */
        public Builder refusalScore(double refusalScore) {
            this.refusalScore = refusalScore;
            return this;
        }

        /**
         * {@return this}
         * @param refusalKind why it refused, such as {@code SAFETY}, {@code CAPABILITY}, {@code NO_INFORMATION}
         */
        public Builder refusalKind(@Nullable String refusalKind) {
            this.refusalKind = refusalKind;
            return this;
        }

        /**
         * {@return this}
         * @param refusalDetector what said so, with its version
         */
        public Builder refusalDetector(@Nullable String refusalDetector) {
            this.refusalDetector = refusalDetector;
            return this;
        }

        /**
         * {@return this}
         * @param toxicityScore how sure the detector is that the answer is toxic; finite
         */
        public Builder toxicityScore(double toxicityScore) {
            this.toxicityScore = toxicityScore;
            return this;
        }

        /**
         * {@return this}
         * @param toxicityDetector what said so, with its version
         */
        public Builder toxicityDetector(@Nullable String toxicityDetector) {
            this.toxicityDetector = toxicityDetector;
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
         * @param userId who asked; stored as it is, unless {@link DriftLogger.Builder#userIdKey} makes a pseudonym of it
         */
        public Builder userId(@Nullable String userId) {
            this.userId = userId;
            return this;
        }

        /**
         * {@return this}
         * @param sessionId the session it belongs to, one visit of one user; where no conversation is named, its rows have one
         *     vote a check, so never a constant
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
         * Sets both of the above from what retrieval found.
         *
         * @param scores the similarity of each document, in any order; empty where nothing was found
         * @return this
         */
        public Builder retrieval(double... scores) {
            retrievalHits = scores.length;
            // NaN where one of them is, so that it is noticed.
            retrievalTopScore =
                    scores.length == 0 ? null : Arrays.stream(scores).max().getAsDouble();
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

        Builder captured(ContentCapture how) {
            captured = how;
            return this;
        }

        /** {@return the interaction} */
        public Interaction build() {
            return new Interaction(this);
        }
    }
}

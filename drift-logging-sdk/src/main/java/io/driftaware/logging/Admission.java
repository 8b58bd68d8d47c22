package io.driftaware.logging;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What runs on the application's thread: check an event, copy it into the queue, or count why not. Nothing here waits or
 * throws; between claiming a slot and publishing it there are only assignments.
 */
final class Admission {
    /** Covers a slot's part of an event beside its texts and vector, rounded up. */
    private static final long EVENT_BYTES = 256;

    /** Keeps every row well under the gigabyte that PostgreSQL can take. */
    private static final long LARGEST_EVENT = 256L << 20;

    private static final long EARLIEST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final String UNNAMED = "";
    private static final int LONGEST_NAME = 100;

    private final EventRing ring;
    private final Gate gate;
    private final VectorPool pool;
    private final Books books;
    private final ModelDimensions dimensions;
    private final @Nullable String defaultModel;
    private final LongConsumer published;
    private final Sampling sampling;

    /**
     * @param published told of every position that is ready for the writer
     */
    Admission(EventRing ring, Gate gate, VectorPool pool, Books books, Settings settings, LongConsumer published) {
        this.ring = ring;
        this.gate = gate;
        this.pool = pool;
        this.books = books;
        this.dimensions = new ModelDimensions(settings.models());
        this.defaultModel = settings.defaultModel();
        this.published = published;
        this.sampling = settings.capture().sampling();
    }

    void interaction(UUID eventId, UUID interactionId, @Nullable Interaction event, Instant now) {
        if (event == null) {
            rejectMissing();
            return;
        }
        Instant time = event.timestamp == null ? now : event.timestamp;
        if (badScore(event.feedback) || badTime(time) || badJson(event.metadataJson)) {
            return;
        }
        if (badReal("retrievalTopScore", event.retrievalTopScore)
                || badReal("refusalScore", event.refusalScore)
                || badReal("toxicityScore", event.toxicityScore)) {
            return;
        }
        if (event.responseTimeMillis != null && event.responseTimeMillis != event.responseTimeMillis.intValue()) {
            reject(
                    RejectReason.NUMBER_OUT_OF_RANGE,
                    () -> "responseTimeMillis is " + event.responseTimeMillis
                            + ": give milliseconds, at most 2147483647");
            return;
        }
        enqueue(event, eventId, interactionId, time, event.textLength(), null, null);
    }

    void feedback(UUID eventId, @Nullable Feedback event, Instant now) {
        if (event == null) {
            rejectMissing();
            return;
        }
        Instant time = event.timestamp() == null ? now : event.timestamp();
        if (event.interactionId() == null) {
            reject(
                    RejectReason.MISSING_INTERACTION_ID,
                    () -> "feedback names no interaction: pass what log(..) returned");
            return;
        }
        if (badScore(event.score()) || badTime(time) || badJson(event.metadataJson())) {
            return;
        }
        long texts = length(event.source()) + length(event.comment()) + length(event.metadataJson());
        enqueue(event, eventId, event.interactionId(), time, texts, null, null);
    }

    void embedding(UUID eventId, @Nullable EmbeddingRecord event, Instant now) {
        if (event == null) {
            rejectMissing();
            return;
        }
        float[] given = event.vector();
        EmbeddingRecord.Details details = event.details();
        if (given == null || given.length == 0) {
            reject(
                    RejectReason.MISSING_VECTOR,
                    () -> "an embedding has no values: log it when the model returned some");
            return;
        }
        String model = details.model() == null ? defaultModel : details.model();
        String modelKey = model == null ? UNNAMED : model;
        int expected = dimensions.of(modelKey);
        if (given.length > Settings.LARGEST_DIMENSION
                || expected != ModelDimensions.UNKNOWN && expected != given.length) {
            reject(RejectReason.WRONG_DIMENSION, () -> wrongDimension(given.length, expected, modelKey));
            return;
        }
        Instant time = details.timestamp() == null ? now : details.timestamp();
        if (badTime(time) || badJson(details.metadataJson())) {
            return;
        }
        if (ring.isClosed()) {
            rejectClosed();
            return;
        }
        if (!sampling.takes(details, eventId)) {
            books.sampledOut();
            return;
        }
        long size = EVENT_BYTES + 2 * details.textLength() + 4L * given.length;
        if (tooLarge(size)) {
            return;
        }
        if (!gate.mayHaveRoom(size)) {
            if (!badVector(given)) {
                gate.dropNewest();
            }
            return;
        }
        // Checked after copying: what was checked is what is stored, even if the caller changes the array meanwhile.
        float[] copy = pool.take(given.length);
        System.arraycopy(given, 0, copy, 0, given.length);
        if (badVector(copy)
                || !enqueue(details, eventId, details.interactionId(), time, details.textLength(), copy, model)) {
            pool.give(copy);
        } else if (expected == ModelDimensions.UNKNOWN) {
            dimensions.learn(modelKey, given.length);
        }
    }

    private boolean enqueue(
            Object payload,
            UUID eventId,
            @Nullable UUID interactionId,
            Instant time,
            long textLength,
            float @Nullable [] vector,
            @Nullable String model) {
        long size = EVENT_BYTES + 2 * textLength + (vector == null ? 0 : 4L * vector.length);
        if (tooLarge(size)) {
            return false;
        }
        long timestamp = time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
        long position = gate.claim(size, payload);
        if (position == EventRing.CLOSED) {
            rejectClosed();
            return false;
        }
        if (position == EventRing.FULL) {
            gate.dropNewest();
            return false;
        }
        Slot slot = ring.slot(position);
        slot.payload = payload;
        slot.eventId = eventId;
        slot.interactionId = interactionId;
        slot.timestamp = timestamp;
        slot.bytes = size;
        slot.vector = vector;
        slot.model = model;
        ring.publish(position);
        published.accept(position);
        return true;
    }

    void reject(RejectReason reason, Supplier<String> explanation) {
        books.rejected().add(reason, 1, explanation);
    }

    private void rejectMissing() {
        reject(RejectReason.MISSING_EVENT, () -> "null was logged: pass an Interaction, EmbeddingRecord or Feedback");
    }

    private void rejectClosed() {
        reject(RejectReason.CLOSED, () -> "the logger is closed: close it after the last event");
    }

    private boolean tooLarge(long size) {
        long limit = Math.min(ring.maxBytes(), LARGEST_EVENT);
        if (size <= limit) {
            return false;
        }
        reject(
                RejectReason.TOO_LARGE,
                () -> "an event of " + size + " bytes is larger than " + limit
                        + ", the whole queue or 256 MiB: shorten its texts or raise queueBytes");
        return true;
    }

    private boolean badScore(@Nullable Double score) {
        if (score == null || score >= 0 && score <= 1) {
            return false;
        }
        RejectReason reason = Double.isFinite(score) ? RejectReason.SCORE_OUT_OF_RANGE : RejectReason.SCORE_NOT_FINITE;
        reject(
                reason,
                () -> "a feedback score is " + score + ": scores go from 0 to 1, Feedback.onScale(..) takes others");
        return true;
    }

    private boolean badReal(String name, @Nullable Double value) {
        if (value == null || Float.isFinite(value.floatValue())) {
            return false;
        }
        reject(RejectReason.SCORE_NOT_FINITE, () -> name + " is " + value + ": give a finite number or leave it out");
        return true;
    }

    private boolean badTime(Instant time) {
        if (time.getEpochSecond() >= EARLIEST && time.getEpochSecond() <= LATEST) {
            return false;
        }
        reject(
                RejectReason.TIMESTAMP_OUT_OF_RANGE,
                () -> "a timestamp is " + time + ": give one of the years 1 to 9999");
        return true;
    }

    private boolean badJson(@Nullable String json) {
        if (json == null || JsonSyntax.isValid(json)) {
            return false;
        }
        reject(
                RejectReason.METADATA_NOT_JSON,
                () -> "metadataJson of " + json.length()
                        + " characters is not JSON that PostgreSQL stores: check quotes, escapes and nesting");
        return true;
    }

    /**
     * A sum that is a number, and not 0, proves every value finite and one of them not zero; any other sum proves nothing.
     * Eight sums, because one would have to wait for each addition.
     */
    private boolean badVector(float[] v) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int i = 0;
        for (; i <= v.length - 8; i += 8) {
            a += v[i];
            b += v[i + 1];
            c += v[i + 2];
            d += v[i + 3];
            e += v[i + 4];
            f += v[i + 5];
            g += v[i + 6];
            h += v[i + 7];
        }
        for (; i < v.length; i++) {
            a += v[i];
        }
        float sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
        return !(Float.isFinite(sum) && sum != 0) && badValue(v);
    }

    /** Sums of sound values can overflow or cancel: this looks at each value itself. */
    private boolean badValue(float[] v) {
        boolean zero = true;
        for (int i = 0; i < v.length; i++) {
            if (!Float.isFinite(v[i])) {
                int index = i;
                float value = v[i];
                reject(
                        RejectReason.NOT_FINITE,
                        () -> "value " + index + " of a vector is " + value
                                + ": see what the embedding model was given");
                return true;
            }
            zero &= v[i] == 0;
        }
        if (zero) {
            reject(
                    RejectReason.ZERO_VECTOR,
                    () -> "all " + v.length
                            + " values of a vector are 0, it has no direction: see what the embedding model was given");
        }
        return zero;
    }

    private static String wrongDimension(int length, int expected, String model) {
        String has = "a vector has " + length + " values";
        if (expected == ModelDimensions.UNKNOWN) {
            return has + ": PostgreSQL stores at most " + Settings.LARGEST_DIMENSION;
        }
        if (model.equals(UNNAMED)) {
            return has + " where those before it have " + expected + ": declare the model with embeddingModel(..)";
        }
        return has + " where embedding model '" + shown(model) + "' has " + expected
                + ": name its model withModel(..), or correct embeddingModel(..)";
    }

    /** A name that comes from traffic must not fill or forge a log. */
    private static String shown(String name) {
        String line = name.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME) + "...";
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** A score as the database keeps it: two decimals, half away from zero, decided on its decimal digits. */
    static int hundredths(double score) {
        return BigDecimal.valueOf(score)
                .setScale(2, RoundingMode.HALF_UP)
                .unscaledValue()
                .intValueExact();
    }
}

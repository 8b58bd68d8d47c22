package io.driftaware.runner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.store.WatchedStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Backtest} found.
 *
 * @param asked where it was to begin
 * @param from the replay begins after it: later than asked where earlier days are kept as one profile each
 * @param to the replay ends at it
 * @param replays one for each of the settings, in their order
 */
public record BacktestReport(Instant asked, Instant from, Instant to, List<Replay> replays) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Copies the list. */
    public BacktestReport {
        replays = List.copyOf(replays);
    }

    /**
     * The replay under one of the settings.
     *
     * @param settings their name
     * @param checks that were made
     * @param verdicts how many checks ended in each, by stream
     * @param episodes that would have begun, in their order
     */
    public record Replay(
            String settings, int checks, Map<WatchedStream, Map<Verdict, Integer>> verdicts, List<Fired> episodes) {
        /** Copies what it is given. */
        public Replay {
            verdicts = Map.copyOf(verdicts);
            episodes = List.copyOf(episodes);
        }
    }

    /**
     * An episode that would have been.
     *
     * @param stream that drifted
     * @param openedAt the check that found it
     * @param closedAt the check that ended it, null if none did
     * @param value at its beginning
     * @param threshold of the value
     * @param reason of the verdict
     * @param actions that would have been asked for
     */
    public record Fired(
            String stream,
            Instant openedAt,
            @Nullable Instant closedAt,
            double value,
            double threshold,
            String reason,
            List<WouldDo> actions) {
        /** Copies the list. */
        public Fired {
            actions = List.copyOf(actions);
        }

        static Fired begun(EpisodeReport episode, String reason) {
            return new Fired(
                    episode.stream(),
                    episode.openedAt(),
                    episode.closedAt(),
                    episode.openedValue(),
                    episode.threshold(),
                    reason,
                    List.of());
        }

        Fired seenAgain(EpisodeReport episode) {
            return new Fired(stream, openedAt, episode.closedAt(), value, threshold, reason, actions);
        }

        Fired doing(List<WouldDo> asked) {
            return new Fired(stream, openedAt, closedAt, value, threshold, reason, asked);
        }
    }

    /**
     * An action that would have been asked for.
     *
     * @param kind {@code reindex}, {@code retrain} or {@code notify}
     * @param action its name
     * @param keptBack why it would not have run, null if it would have
     */
    public record WouldDo(String kind, String action, @Nullable String keptBack) {}

    /** Whether it begins later than it was to. */
    public boolean shortened() {
        return from.isAfter(asked);
    }

    /** One JSON object: {@code asked_from}, {@code from}, {@code to}, {@code replays[]}. */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("asked_from", asked.toString());
            json.writeStringField("from", from.toString());
            json.writeStringField("to", to.toString());
            json.writeArrayFieldStart("replays");
            for (Replay replay : replays) {
                write(json, replay);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Replay replay) throws IOException {
        json.writeStartObject();
        json.writeStringField("settings", replay.settings());
        json.writeNumberField("checks", replay.checks());
        json.writeObjectFieldStart("verdicts");
        for (WatchedStream stream : WatchedStream.values()) {
            json.writeObjectFieldStart(stream.label());
            for (Map.Entry<Verdict, Integer> count :
                    replay.verdicts().getOrDefault(stream, Map.of()).entrySet()) {
                json.writeNumberField(count.getKey().name(), count.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeArrayFieldStart("episodes");
        for (Fired episode : replay.episodes()) {
            json.writeStartObject();
            json.writeStringField("stream", episode.stream());
            json.writeStringField("opened_at", episode.openedAt().toString());
            json.writeStringField(
                    "closed_at",
                    episode.closedAt() == null ? null : episode.closedAt().toString());
            json.writeNumberField("value", episode.value());
            json.writeNumberField("threshold", episode.threshold());
            json.writeStringField("reason", episode.reason());
            json.writeArrayFieldStart("actions");
            for (WouldDo action : episode.actions()) {
                json.writeStartObject();
                json.writeStringField("kind", action.kind());
                json.writeStringField("action", action.action());
                json.writeStringField("kept_back", action.keptBack());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}

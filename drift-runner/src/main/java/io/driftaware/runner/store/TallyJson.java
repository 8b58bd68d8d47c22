package io.driftaware.runner.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.runner.store.Tally.Count;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A tally as JSON: {@code {"flags": {stream: {stratum: [events, rows]}}, "novelty": .., "scores": [..], "others": n,
 * "retrievals": {stratum: bytes of the profile in base 64}}}.
 */
final class TallyJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private TallyJson() {}

    static String write(Tally tally) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            out.writeStartObject();
            write(out, "flags", tally.flags(), WatchedStream::label);
            write(out, "novelty", tally.novelty(), String::valueOf);
            out.writeFieldName("scores");
            long[] scores = tally.feedback().hundredths();
            out.writeArray(scores, 0, scores.length);
            out.writeNumberField("others", tally.feedback().others());
            out.writeObjectFieldStart("retrievals");
            for (Map.Entry<Stratum, RetrievalProfile> entry : tally.retrievals().entrySet()) {
                out.writeBinaryField(entry.getKey().name(), entry.getValue().toBytes());
            }
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    static Tally read(String text) {
        Map<WatchedStream, Map<Stratum, Count>> flags = Map.of();
        Map<Long, Map<Stratum, Count>> novelty = Map.of();
        long[] scores = new long[FeedbackCounts.BINS];
        long others = 0;
        Map<Stratum, RetrievalProfile> retrievals = new EnumMap<>(Stratum.class);
        try (JsonParser in = FACTORY.createParser(text)) {
            in.nextToken();
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                switch (field) {
                    case "flags" -> flags = read(in, WatchedStream::ofLabel);
                    case "novelty" -> novelty = read(in, Long::valueOf);
                    case "scores" -> {
                        in.nextToken();
                        for (int i = 0; i < scores.length; i++) {
                            scores[i] = in.nextLongValue(0);
                        }
                        in.nextToken();
                    }
                    case "others" -> others = in.nextLongValue(0);
                    case "retrievals" -> {
                        in.nextToken();
                        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                            in.nextToken();
                            retrievals.put(Stratum.valueOf(name), RetrievalProfile.fromBytes(in.getBinaryValue()));
                        }
                    }
                    default -> {
                        in.nextToken();
                        in.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Tally(flags, novelty, new Tally.Scores(scores, others), retrievals);
    }

    private static <K> void write(
            JsonGenerator out, String name, Map<K, Map<Stratum, Count>> counts, Function<K, String> label)
            throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<K, Map<Stratum, Count>> entry : counts.entrySet()) {
            out.writeObjectFieldStart(label.apply(entry.getKey()));
            for (Map.Entry<Stratum, Count> stratum : entry.getValue().entrySet()) {
                out.writeFieldName(stratum.getKey().name());
                out.writeArray(
                        new long[] {
                            stratum.getValue().events(), stratum.getValue().rows()
                        },
                        0,
                        2);
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static <K> Map<K, Map<Stratum, Count>> read(JsonParser in, Function<String, K> key) throws IOException {
        Map<K, Map<Stratum, Count>> counts = new HashMap<>();
        in.nextToken();
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            Map<Stratum, Count> strata = new EnumMap<>(Stratum.class);
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                Stratum stratum = Stratum.valueOf(in.currentName());
                in.nextToken();
                long events = in.nextLongValue(0);
                strata.put(stratum, new Count(events, in.nextLongValue(0)));
                in.nextToken();
            }
            counts.put(key.apply(name), strata);
        }
        return counts;
    }
}

package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.profile.RetrievalRecorder;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.runner.store.Tally.Count;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final long BUCKET = Instant.parse("2026-03-04T05:45:00Z").getEpochSecond();

    /** The bytes of a profile of one score of .75, in base 64. */
    private static final String RETRIEVAL =
            Base64.getEncoder().encodeToString(oneScore().toBytes());

    private static RetrievalProfile oneScore() {
        RetrievalRecorder recorder = new RetrievalRecorder();
        recorder.add(0.75, 3L);
        return recorder.snapshot();
    }

    private static Tally some() {
        TallyCounter counter = new TallyCounter(NOW, ZoneOffset.UTC);
        counter.flag(WatchedStream.REFUSALS, BUCKET, true);
        counter.flag(WatchedStream.REFUSALS, BUCKET + 900, false);
        counter.novelty(12, BUCKET, 3, 50);
        counter.score(BUCKET, 0.29, 2);
        counter.score(BUCKET, 1.5, 1);
        counter.retrieval(BUCKET, 0.75, 3L);
        return counter.tally();
    }

    @Test
    void survives_being_written_down() {
        String json =
                """
                {"flags":{"refusals":{"WEEKDAY_NIGHT":[1,1],"WEEKDAY_MORNING":[0,1]}},\
                "novelty":{"12":{"WEEKDAY_NIGHT":[3,50]}},"scores":[%s2%s],"others":1,\
                "retrievals":{"WEEKDAY_NIGHT":"%s"}}"""
                        .formatted("0,".repeat(29), ",0".repeat(71), RETRIEVAL);
        assertThat(TallyJson.write(some())).isEqualTo(json);
        assertThat(TallyJson.read(json)).isEqualTo(some());
        assertThat(TallyJson.read(TallyJson.write(Tally.NONE))).isEqualTo(Tally.NONE);
    }

    @Test
    void adds_up() {
        assertThat(some().plus(some()).flags())
                .containsEntry(
                        WatchedStream.REFUSALS,
                        Map.of(Stratum.WEEKDAY_NIGHT, new Count(2, 2), Stratum.WEEKDAY_MORNING, new Count(0, 2)));
        assertThat(some().plus(some()).feedback().hundredths()[29]).isEqualTo(4);
        assertThat(some().plus(some()).retrievals())
                .isEqualTo(Map.of(Stratum.WEEKDAY_NIGHT, oneScore().merge(oneScore())));
        assertThat(Tally.NONE.plus(some())).isEqualTo(some());
    }

    @Test
    void its_streams_together_are_the_whole() {
        Set<Long> ofQueries = Set.of(12L, 13L);
        Tally sum = Tally.NONE;
        for (WatchedStream stream : WatchedStream.values()) {
            sum = sum.plus(some().of(stream, stream == WatchedStream.QUERY_EMBEDDINGS ? ofQueries : Set.of()));
        }
        assertThat(sum).isEqualTo(some());
        assertThat(some().of(WatchedStream.QUERY_EMBEDDINGS, ofQueries).novelty())
                .containsOnlyKeys(12L);
        assertThat(some().of(WatchedStream.DOCUMENT_EMBEDDINGS, Set.of(14L))).isEqualTo(Tally.NONE);
        assertThat(some().without(WatchedStream.REFUSALS).flags()).isEmpty();
        assertThat(some().without(WatchedStream.FEEDBACK))
                .isEqualTo(some().of(WatchedStream.REFUSALS, Set.of())
                        .plus(some().of(WatchedStream.QUERY_EMBEDDINGS, ofQueries))
                        .plus(some().of(WatchedStream.COVERAGE, Set.of())));
        assertThat(some().without(WatchedStream.COVERAGE).retrievals()).isEmpty();
    }

    @Test
    void parts_the_week_by_the_zone_s_hours() {
        TallyCounter counter = new TallyCounter(NOW, ZoneId.of("Asia/Kolkata"));
        counter.flag(WatchedStream.TOXICITY, BUCKET, true);
        counter.flag(
                WatchedStream.TOXICITY, Instant.parse("2026-03-04T00:30:00Z").getEpochSecond(), true);
        counter.flag(
                WatchedStream.TOXICITY, Instant.parse("2026-03-04T00:15:00Z").getEpochSecond(), true);
        assertThat(counter.tally().flags().get(WatchedStream.TOXICITY))
                .isEqualTo(Map.of(Stratum.WEEKDAY_MORNING, new Count(2, 2), Stratum.WEEKDAY_NIGHT, new Count(1, 1)));
    }

    @Test
    void refuses_more_events_than_rows() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Count(2, 1)).withMessageContaining("2 events");
    }
}

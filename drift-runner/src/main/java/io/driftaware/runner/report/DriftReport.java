package io.driftaware.runner.report;

import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Baselines;
import io.driftaware.runner.view.Coverage;
import io.driftaware.runner.view.Drifted;
import io.driftaware.runner.view.Episodes;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Examples;
import io.driftaware.runner.view.Overview;
import io.driftaware.runner.view.Overview.StreamState;
import io.driftaware.runner.view.Picture;
import io.driftaware.runner.view.SegmentTable;
import io.driftaware.runner.view.Series;
import io.driftaware.runner.view.StreamDetail;
import io.driftaware.runner.view.Views;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows, for a stretch of time. A report that ends before the last check looks back: verdicts and figures are
 * those of the last check, so it tells the episodes and the course of each stream, and leaves out what only that check knows.
 *
 * @param from start of the stretch
 * @param to end of the stretch
 * @param madeAt when the report was made
 * @param overview how everything stood at the last check
 * @param streams every stream, in a fixed order; empty before the first check
 * @param coverage queries that no document is near; null in a report that looks back
 * @param episodes those that overlap the stretch, the latest first
 * @param allEpisodes whether none is left out
 * @param baselines the latest, the newest first
 */
public record DriftReport(
        Instant from,
        Instant to,
        Instant madeAt,
        Overview overview,
        List<StreamPart> streams,
        @Nullable Coverage coverage,
        List<Episode> episodes,
        boolean allEpisodes,
        Baselines baselines) {

    /** Steps of a chart: as many as a page of paper shows. */
    private static final int POINTS = 160;

    private static final int MOST_EPISODES = 100;
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 20;
    private static final int MOST_BASELINES = 20;
    private static final int INTERVALS = 3;
    private static final List<String> GRAVEST_FIRST =
            List.of("DRIFT", "WARN", "STALE", "OK", "LEARNING", "INSUFFICIENT");

    /** Copies the lists. */
    public DriftReport {
        streams = List.copyOf(streams);
        episodes = List.copyOf(episodes);
    }

    /**
     * One stream.
     *
     * @param state at the last check
     * @param series over the stretch
     * @param drifted what drifted, by the last check; null where there is nothing to explain, or the report looks back
     * @param picture of its embeddings, null without any, or if the report looks back
     * @param segments over the seven days before the end
     * @param examples the queries behind it, of the seven days before the end
     */
    public record StreamPart(
            StreamState state,
            Series series,
            @Nullable Drifted drifted,
            @Nullable Picture picture,
            SegmentTable segments,
            Examples examples) {}

    /**
     * Reads one.
     *
     * @param views whose clock stands at the end of the stretch
     * @param since start of the stretch
     * @param until end of the stretch; where the last check was less than an interval later, the stretch ends with it
     * @param madeAt now
     * @param texts whether texts and names that came from users may be shown
     * @throws IllegalArgumentException if the stretch is empty or longer than {@link Views#GREATEST_LENGTH}
     */
    public static DriftReport read(Views views, Instant since, Instant until, Instant madeAt, boolean texts)
            throws SQLException {
        Views.Stretch asked = new Views.Stretch(since, until);
        Overview overview = views.overview(texts);
        Instant to = withLastCheck(overview, asked.to());
        Instant longest = to.minus(Views.GREATEST_LENGTH);
        Instant from = asked.from().isBefore(longest) ? longest : asked.from();
        boolean back = looksBack(overview, to);
        List<StreamPart> parts = new ArrayList<>();
        for (StreamState state : overview.streams()) {
            parts.add(part(views, WatchedStream.ofLabel(state.stream()), state, from, to, back, texts));
        }
        List<Episode> episodes = new ArrayList<>();
        boolean all = episodes(views, from, to, texts, episodes);
        return new DriftReport(
                from,
                to,
                madeAt,
                overview,
                parts,
                back ? null : views.coverage(texts),
                episodes,
                all,
                views.baselines(null, MOST_BASELINES));
    }

    /** Clocks of two machines differ, and a check may come while the report is asked for. */
    private static Instant withLastCheck(Overview overview, Instant until) {
        Instant checked = overview.checkedAt();
        Duration interval = Duration.ofSeconds(overview.monitor().checkIntervalSeconds());
        return checked != null
                        && until.isBefore(checked)
                        && until.plus(interval).isAfter(checked)
                ? checked
                : until;
    }

    private static StreamPart part(
            Views views, WatchedStream stream, StreamState state, Instant from, Instant to, boolean back, boolean texts)
            throws SQLException {
        boolean embeddings = stream.kind() == WatchedStream.Kind.EMBEDDINGS;
        return new StreamPart(
                state,
                views.series(stream, new Views.Stretch(from, to), POINTS),
                back
                        ? null
                        : views.detail(stream, texts).map(StreamDetail::drifted).orElse(null),
                back || !embeddings ? null : views.picture(stream, texts),
                views.segments(stream, texts),
                views.examples(stream, texts));
    }

    /** Numbers grow with time, but an old episode may still last, so every page is looked at. */
    private static boolean episodes(Views views, Instant from, Instant to, boolean texts, List<Episode> into)
            throws SQLException {
        Long before = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            Episodes read = views.episodes(before, PAGE, texts);
            for (Episode episode : read.episodes()) {
                if (episode.openedAt().isAfter(to) || closedBy(episode, from)) {
                    continue;
                }
                if (into.size() == MOST_EPISODES) {
                    return false;
                }
                into.add(episode);
            }
            before = read.next();
            if (before == null) {
                return true;
            }
        }
        return false;
    }

    private static boolean closedBy(Episode episode, Instant at) {
        Instant closed = episode.closedAt();
        return closed != null && closed.isBefore(at);
    }

    private static boolean looksBack(Overview overview, Instant to) {
        Instant checked = overview.checkedAt();
        return checked != null && to.isBefore(checked);
    }

    /** Whether the stretch ends before the last check. */
    public boolean looksBack() {
        return looksBack(overview, to);
    }

    /** Whether texts and names that came from users are in it. */
    public boolean texts() {
        return overview.texts().equals("shown");
    }

    /** Episodes that lasted at the end of the stretch, in the order of their streams. */
    public List<Episode> lasting() {
        return episodes.stream()
                .filter(episode -> !closedBy(episode, to))
                .sorted(Comparator.comparingInt(episode -> order(episode.stream())))
                .toList();
    }

    /** How long ago the last check was, where that is too long: no monitor seems to run. Null otherwise. */
    public @Nullable Duration silence() {
        Instant checked = overview.checkedAt();
        if (checked == null) {
            return null;
        }
        Duration since = Duration.between(checked, madeAt);
        long usual = overview.monitor().checkIntervalSeconds();
        return since.toSeconds() > INTERVALS * usual ? since : null;
    }

    /** This report as a page. */
    public String html() {
        return new Page(this).html();
    }

    /** What it says, in a sentence of plain text. */
    public String sentence() {
        return Headline.of(this).text();
    }

    /** The gravest first. */
    List<StreamPart> byGravity() {
        return streams.stream()
                .sorted(Comparator.comparingInt(
                        part -> GRAVEST_FIRST.indexOf(part.state().verdict())))
                .toList();
    }

    @Nullable
    StreamPart part(String stream) {
        return streams.stream()
                .filter(part -> part.state().stream().equals(stream))
                .findFirst()
                .orElse(null);
    }

    String title(String stream) {
        StreamPart part = part(stream);
        return part == null ? stream : part.state().title();
    }

    private int order(String stream) {
        for (int i = 0; i < streams.size(); i++) {
            if (streams.get(i).state().stream().equals(stream)) {
                return i;
            }
        }
        return streams.size();
    }
}

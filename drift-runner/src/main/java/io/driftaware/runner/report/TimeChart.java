package io.driftaware.runner.report;

import io.driftaware.runner.view.Series;
import io.driftaware.runner.view.Series.Point;
import io.driftaware.runner.view.Series.Stretch;
import io.driftaware.runner.view.Series.Usual;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A stream over time with the interval of each step, its baseline, limit and episodes. */
final class TimeChart {
    private static final double HEIGHT = 240;
    private static final int MOST_DOTS = 60;
    private static final double LINE = 14;

    /** So many steps without rows break the line. */
    private static final double GAP = 2.1;

    private final Series series;
    private final Frame frame;

    private TimeChart(Series series) {
        this.series = series;
        boolean lower = series.worse().equals("lower");
        double most = Math.max(highest(Point::value), highestMark());
        double high = Math.max(most, Math.min(percentile(0.9, Point::high), 2.5 * most));
        double low = 0;
        if (lower) {
            low = Math.max(0, Math.min(lowestMark(high), percentile(0.1, Point::low)) - 0.03);
            high = Math.min(1, Math.max(high, percentile(0.9, Point::high)) + 0.02);
        } else {
            high = high > 0 ? high * 1.12 : 1;
        }
        if (high <= low) {
            low = 0;
            high = Math.max(1, high);
        }
        this.frame = new Frame(series.from(), series.to(), HEIGHT, low, high, series.unit(), label(series));
    }

    static Element of(Series series) {
        return new TimeChart(series).drawn();
    }

    private interface Part {
        double of(Point point);
    }

    private double highest(Part part) {
        return series.points().stream().mapToDouble(part::of).max().orElse(0);
    }

    private double percentile(double share, Part part) {
        double[] sorted =
                series.points().stream().mapToDouble(part::of).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
    }

    private double highestMark() {
        Double usual = usual();
        Double threshold = series.threshold();
        return Math.max(usual == null ? 0 : usual, threshold == null ? 0 : threshold);
    }

    private double lowestMark(double other) {
        Double usual = usual();
        Double threshold = series.threshold();
        double value = series.points().stream().mapToDouble(Point::value).min().orElse(other);
        return Math.min(value, Math.min(usual == null ? value : usual, threshold == null ? value : threshold));
    }

    private @Nullable Double usual() {
        return series.baseline() == null ? null : series.baseline().value();
    }

    private static String label(Series series) {
        String words = series.label() + ": " + Words.counted(series.points().size(), "point") + " from "
                + Words.when(series.from()) + " to " + Words.when(series.to());
        if (!series.points().isEmpty()) {
            Point last = series.points().get(series.points().size() - 1);
            words += ", the last " + Words.quantity(last.value(), series.unit());
        }
        return words
                + (series.threshold() == null ? "" : ", limit " + Words.quantity(series.threshold(), series.unit()));
    }

    private Element drawn() {
        Element under = Element.of("g");
        baseline(under);
        for (Stretch episode : series.episodes()) {
            episode(under, frame, series, episode, true);
        }
        began(under);
        List<List<Point>> runs = runs();
        runs.forEach(run -> under.add(band(run)));
        frame.root().add(under);
        levels();
        String path = runs.stream().map(this::path).collect(Collectors.joining());
        frame.root().add(Element.classed("path", "line").with("d", path));
        boolean few = series.points().size() <= MOST_DOTS;
        for (List<Point> run : runs) {
            if (few || run.size() == 1) {
                run.forEach(point -> frame.root()
                        .add(Element.classed("circle", "dot")
                                .with("cx", frame.x(middle(point)))
                                .with("cy", frame.y(point.value()))
                                .with("r", 2.0)));
            }
        }
        return frame.root();
    }

    private Instant middle(Point point) {
        Instant middle = point.at().plus(Duration.ofSeconds(point.seconds()).dividedBy(2));
        return middle.isAfter(series.to()) ? series.to() : middle;
    }

    private List<List<Point>> runs() {
        List<List<Point>> runs = new ArrayList<>();
        Point last = null;
        for (Point point : series.points()) {
            boolean together =
                    last != null && Duration.between(last.at(), point.at()).toSeconds() <= GAP * point.seconds();
            if (!together) {
                runs.add(new ArrayList<>());
            }
            runs.get(runs.size() - 1).add(point);
            last = point;
        }
        return runs;
    }

    private String at(Point point, double value) {
        return Words.place(frame.x(middle(point))) + " " + Words.place(frame.y(value));
    }

    private String path(List<Point> run) {
        return "M" + run.stream().map(point -> at(point, point.value())).collect(Collectors.joining("L"));
    }

    private Element band(List<Point> run) {
        if (run.size() == 1) {
            Point one = run.get(0);
            double x = frame.x(middle(one));
            return Frame.line("whisker", x, frame.y(one.low()), x, frame.y(one.high()));
        }
        List<String> corners = new ArrayList<>();
        run.forEach(point -> corners.add(at(point, point.high())));
        for (int i = run.size() - 1; i >= 0; i--) {
            corners.add(at(run.get(i), run.get(i).low()));
        }
        return Element.classed("path", "band").with("d", "M" + String.join("L", corners) + "Z");
    }

    private void baseline(Element under) {
        Usual usual = series.baseline();
        if (usual == null || !usual.to().isAfter(series.from()) || !usual.from().isBefore(series.to())) {
            return;
        }
        double x = Math.max(Frame.LEFT, frame.x(usual.from()));
        double end = Math.min(Frame.RIGHT, frame.x(usual.to()));
        under.add(Element.classed("rect", "baseline-time")
                .with("x", x)
                .with("y", Frame.TOP)
                .with("width", Math.max(1, end - x))
                .with("height", frame.bottom() - Frame.TOP));
        if (end - x > 56) {
            under.add(Frame.text("baseline-name", x + 5, Frame.TOP + 13, "start", "baseline"));
        }
    }

    /** The time of an episode; its number stands where it began. */
    static void episode(Element under, Frame frame, Series series, Stretch episode, boolean named) {
        Instant closed = episode.closedAt();
        Instant end = closed == null || closed.isAfter(series.to()) ? series.to() : closed;
        double x = Math.max(Frame.LEFT, frame.x(episode.openedAt()));
        under.add(Element.classed("rect", "episode")
                .with("x", x)
                .with("y", Frame.TOP)
                .with("width", Math.max(2, frame.x(end) - x))
                .with("height", frame.bottom() - Frame.TOP));
        if (named) {
            boolean left = x > Frame.RIGHT - 80;
            under.add(
                    Frame.line("episode-start", x, Frame.TOP - 4, x, frame.bottom()),
                    Frame.text(
                            "episode-name halo",
                            left ? x - 5 : x + 5,
                            Frame.TOP + 7,
                            left ? "end" : "start",
                            "episode " + episode.id()));
        }
    }

    private void began(Element under) {
        Instant began = series.beganAbout();
        if (began != null && !began.isBefore(series.from()) && !began.isAfter(series.to())) {
            double x = frame.x(began);
            boolean left = x > Frame.WIDTH / 2;
            under.add(
                    Frame.line("began", x, Frame.TOP - 4, x, frame.bottom()),
                    Frame.text(
                            "began halo",
                            left ? x - 5 : x + 5,
                            Frame.TOP - 8,
                            left ? "end" : "start",
                            "began about " + Words.when(began)));
        }
    }

    /** Their words stand beside the plot, one above the other where they are near. */
    private void levels() {
        Double usual = usual();
        Double threshold = series.threshold();
        double shift = 0;
        if (usual != null && threshold != null) {
            double between = frame.y(usual) - frame.y(threshold);
            double near = Math.max(0, LINE - Math.abs(between)) / 2;
            shift = between < 0 ? -near : near;
        }
        if (usual != null) {
            level(usual, "usual", "usual ", shift);
        }
        if (threshold != null) {
            level(threshold, "threshold", "limit ", -shift);
        }
    }

    private void level(double value, String name, String word, double shift) {
        if (frame.holds(value)) {
            double y = frame.y(value);
            frame.root()
                    .add(
                            Frame.line(name, Frame.LEFT, y, Frame.RIGHT, y),
                            Frame.text(
                                    name,
                                    Frame.RIGHT + 6,
                                    y + 4 + shift,
                                    "start",
                                    word + Words.quantity(value, series.unit())));
        }
    }
}

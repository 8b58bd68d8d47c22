package io.driftaware.runner.report;

import io.driftaware.runner.view.Series;
import io.driftaware.runner.view.Series.EvidenceLine;
import io.driftaware.runner.view.Series.EvidencePoint;
import java.util.stream.Collectors;

/** The evidence of each sequence of a stream against an alarm. */
final class EvidenceChart {
    private static final double HEIGHT = 150;
    private static final int MOST_DOTS = 40;

    private EvidenceChart() {}

    static Element of(Series series) {
        double most = series.evidence().stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(EvidencePoint::ratio)
                .max()
                .orElse(0);
        Frame frame = new Frame(
                series.from(),
                series.to(),
                HEIGHT,
                0,
                Math.max(1.2, most) * 1.08,
                "ratio",
                "Evidence against what an alarm needs; highest " + Words.quantity(most, "ratio") + " of 1");
        Element under = Element.of("g");
        series.episodes().forEach(episode -> TimeChart.episode(under, frame, series, episode, false));
        frame.root()
                .add(
                        under,
                        Frame.line("threshold", Frame.LEFT, frame.y(1), Frame.RIGHT, frame.y(1)),
                        Frame.text("threshold", Frame.RIGHT + 6, frame.y(1) + 4, "start", "alarm"));
        int number = 0;
        for (EvidenceLine line : series.evidence()) {
            draw(frame, line, number++);
        }
        return frame.root();
    }

    private static void draw(Frame frame, EvidenceLine line, int number) {
        String path = line.points().stream()
                .map(point -> Words.place(frame.x(point.at())) + " " + Words.place(frame.y(point.ratio())))
                .collect(Collectors.joining("L", "M", ""));
        frame.root().add(Element.classed("path", "line sequence-" + number).with("d", path));
        for (EvidencePoint point : line.points()) {
            if (point.alarm() || line.points().size() <= MOST_DOTS) {
                frame.root()
                        .add(Element.classed("circle", point.alarm() ? "dot alarm" : "dot sequence-" + number)
                                .with("cx", frame.x(point.at()))
                                .with("cy", frame.y(point.ratio()))
                                .with("r", point.alarm() ? 3.5 : 2.0));
            }
        }
    }

    /** What each line speaks for. */
    static Element legend(Series series) {
        Element legend = Element.classed("ul", "legend");
        int number = 0;
        for (EvidenceLine line : series.evidence()) {
            Element sample = Element.of("svg", Frame.line("line sequence-" + number++, 0, 4, 18, 4))
                    .with("width", 18)
                    .with("height", 8)
                    .with("aria-hidden", "true");
            legend.add(Element.of("li", sample, " " + Words.hypothesis(line.hypothesis(), series.stream())));
        }
        return legend;
    }
}

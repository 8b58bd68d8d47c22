package io.driftaware.runner.report;

import io.driftaware.runner.view.Picture;
import io.driftaware.runner.view.Picture.Dot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Baseline and recent rows in two dimensions, each kind of point as one path. */
final class ScatterChart {
    private static final double WIDTH = 760;
    private static final double HEIGHT = 380;
    private static final double EDGE = 10;

    private final Picture picture;
    private final double left;
    private final double right;
    private final double low;
    private final double high;

    private ScatterChart(Picture picture) {
        this.picture = picture;
        double[] x = all(0).toArray();
        double[] y = all(1).toArray();
        this.left = DoubleStream.of(x).min().orElse(0);
        this.right = Math.max(left + 1e-9, DoubleStream.of(x).max().orElse(1));
        this.low = DoubleStream.of(y).min().orElse(0);
        this.high = Math.max(low + 1e-9, DoubleStream.of(y).max().orElse(1));
    }

    static Element of(Picture picture) {
        return new ScatterChart(picture).drawn();
    }

    private DoubleStream all(int axis) {
        return DoubleStream.concat(
                picture.baseline().stream().mapToDouble(point -> point.get(axis)),
                picture.recent().stream().mapToDouble(dot -> axis == 0 ? dot.x() : dot.y()));
    }

    private String place(double x, double y) {
        double across = EDGE + (WIDTH - 2 * EDGE) * (x - left) / (right - left);
        double down = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (y - low) / (high - low);
        return Words.place(across) + " " + Words.place(down);
    }

    private Element drawn() {
        List<String> before = new ArrayList<>();
        List<String> recent = new ArrayList<>();
        List<String> novel = new ArrayList<>();
        picture.baseline().forEach(point -> before.add("M" + place(point.get(0), point.get(1)) + "h0"));
        for (Dot dot : picture.recent()) {
            if (dot.novel()) {
                novel.add("M" + place(dot.x(), dot.y()) + "m0-4.6l4.2 7.4h-8.4z");
            } else {
                recent.add("M" + place(dot.x(), dot.y()) + "h0");
            }
        }
        Element root = Element.classed("svg", "chart scatter")
                .with("viewBox", "0 0 " + Words.place(WIDTH) + " " + Words.place(HEIGHT))
                .with("role", "img")
                .with(
                        "aria-label",
                        before.size() + " rows of the baseline and the latest "
                                + picture.recent().size() + " rows, " + novel.size()
                                + " of them novel, in two dimensions");
        root.add(Element.classed("rect", "plot")
                .with("x", 0.5)
                .with("y", 0.5)
                .with("width", WIDTH - 1)
                .with("height", HEIGHT - 1)
                .with("rx", 6));
        return root.add(path("before", before), path("recent", recent), path("novel", novel));
    }

    private static Element path(String name, List<String> marks) {
        return Element.classed("path", name).with("d", String.join("", marks));
    }
}

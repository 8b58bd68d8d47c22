package io.driftaware.runner.report;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Axes of a chart over time, and the places of values on them. Colours come from the style sheet. */
final class Frame {
    static final double WIDTH = 760;
    static final double LEFT = 52;
    static final double RIGHT = WIDTH - 84;
    static final double TOP = 22;

    private static final double FOOT = 24;
    private static final int VALUE_TICKS = 4;
    private static final int TIME_TICKS = 7;
    private static final double[] NICE = {1, 2, 2.5, 5, 10};
    private static final long[] HOURS = {1, 3, 6, 12, 24, 48, 96, 168, 336, 672, 1_344, 2_184, 4_368};

    private final Element root;
    private final Instant from;
    private final Instant to;
    private final double height;
    private final double low;
    private final double high;

    Frame(Instant from, Instant to, double height, double low, double high, String unit, String label) {
        this.from = from;
        this.to = to;
        this.height = height;
        this.low = low;
        this.high = high;
        this.root = Element.classed("svg", "chart")
                .with("viewBox", "0 0 " + Words.place(WIDTH) + " " + Words.place(height))
                .with("role", "img")
                .with("aria-label", label);
        Element grid = Element.classed("g", "grid");
        values(grid, unit);
        times(grid);
        root.add(grid);
    }

    Element root() {
        return root;
    }

    double x(Instant at) {
        double length = Math.max(1, Duration.between(from, to).toMillis());
        return LEFT + (RIGHT - LEFT) * Duration.between(from, at).toMillis() / length;
    }

    /** A value that is off the scale is drawn at its edge. */
    double y(double value) {
        double kept = Math.max(low, Math.min(high, value));
        return bottom() - (bottom() - TOP) * (kept - low) / (high - low);
    }

    double bottom() {
        return height - FOOT;
    }

    boolean holds(double value) {
        return value >= low && value <= high;
    }

    static Element line(String name, double x1, double y1, double x2, double y2) {
        return Element.classed("line", name)
                .with("x1", x1)
                .with("x2", x2)
                .with("y1", y1)
                .with("y2", y2);
    }

    static Element text(String name, double x, double y, String anchor, String text) {
        return Element.classed("text", name, text).with("x", x).with("y", y).with("text-anchor", anchor);
    }

    private void values(Element grid, String unit) {
        double step = step((high - low) / VALUE_TICKS);
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-6; i++) {
            double at = i * step;
            grid.add(line("", LEFT, y(at), RIGHT, y(at)), text("", LEFT - 7, y(at) + 4, "end", axis(at, unit, step)));
        }
    }

    private static double step(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double nice : NICE) {
            if (nice * power >= rough) {
                return nice * power;
            }
        }
        return 10 * power;
    }

    private static String axis(double value, String unit, double step) {
        boolean share = unit.equals("share");
        double shown = share ? 100 * step : step;
        int digits = (int) Math.max(0, Math.min(4, Math.ceil(-Math.log10(shown) - 1e-9)));
        if (shown * Math.pow(10, digits) % 1 > 1e-6 && digits < 4) {
            digits++;
        }
        String number = String.format(Locale.ROOT, "%." + digits + "f", share ? 100 * value : value);
        return share ? number + "\u00A0%" : number;
    }

    private void times(Element grid) {
        long hours = Duration.between(from, to).toHours();
        long step = HOURS[HOURS.length - 1];
        for (int i = HOURS.length - 1; i >= 0; i--) {
            if (hours <= HOURS[i] * TIME_TICKS) {
                step = HOURS[i];
            }
        }
        Instant at = from.truncatedTo(ChronoUnit.DAYS);
        for (; !at.isAfter(to); at = at.plus(Duration.ofHours(step))) {
            if (!at.isBefore(from)) {
                boolean midnight = at.equals(at.truncatedTo(ChronoUnit.DAYS));
                grid.add(line("tick", x(at), bottom(), x(at), bottom() + 4));
                if (x(at) < RIGHT + 30) {
                    grid.add(text(
                            "",
                            x(at),
                            height - 6,
                            x(at) < LEFT + 20 ? "start" : "middle",
                            step < 24 && !midnight ? Words.hour(at) : Words.day(at)));
                }
            }
        }
    }
}

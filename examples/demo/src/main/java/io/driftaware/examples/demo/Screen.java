package io.driftaware.examples.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * What the demo shows: sections, steps with their progress, coloured verdicts. Plain ASCII, because a console may
 * know no other; colours and lines that rewrite themselves only on a terminal.
 */
final class Screen {
    private static final int BAR_WIDTH = 28;

    private final PrintStream out;
    private final boolean terminal;
    private final boolean coloured;
    private String step = "";
    private long stepStarted;
    private int shownPercent;

    /**
     * @param terminal whether a line may be rewritten
     * @param coloured whether ANSI colours are wanted
     */
    Screen(PrintStream out, boolean terminal, boolean coloured) {
        this.out = out;
        this.terminal = terminal;
        this.coloured = coloured;
    }

    void line(String text) {
        out.println(text);
    }

    void heading(String text) {
        out.println();
        out.println(bold(text));
    }

    /** Begins a step that takes a while. */
    void start(String name, String what) {
        step = String.format(Locale.ROOT, "  %-10s", name);
        stepStarted = System.nanoTime();
        shownPercent = -1;
        if (terminal) {
            out.print(step + what + " ...");
            out.flush();
        }
    }

    /** Says how far the step is; its end is left to {@link #done}. */
    void progress(long done, long total, String what) {
        int percent = (int) (100 * done / Math.max(total, 1));
        int every = terminal ? 1 : 25;
        if (percent / every == shownPercent / every || percent == 100) {
            return;
        }
        shownPercent = percent;
        if (terminal) {
            int filled = BAR_WIDTH * percent / 100;
            String bar = "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled);
            out.printf(Locale.ROOT, "\r\u001b[K%s[%s] %,d of %,d %s", step, bar, done, total, what);
        } else {
            out.printf(Locale.ROOT, "%s%,d of %,d %s%n", step, done, total, what);
        }
        out.flush();
    }

    /** Ends the step with what came of it, and how long it took. */
    void done(String what) {
        double seconds = (System.nanoTime() - stepStarted) / 1e9;
        String took = seconds < 0.1 ? "" : dim(String.format(Locale.ROOT, "  (%.1f s)", seconds));
        out.println((terminal ? "\r\u001b[K" : "") + step + what + took);
    }

    String bold(String text) {
        return code("1", text);
    }

    String dim(String text) {
        return code("2", text);
    }

    String good(String text) {
        return code("32", text);
    }

    String bad(String text) {
        return code("1;31", text);
    }

    String unsure(String text) {
        return code("33", text);
    }

    private String code(String code, String text) {
        return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}

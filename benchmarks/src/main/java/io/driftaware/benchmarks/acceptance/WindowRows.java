package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.detect.WindowVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * G1 to G3: the verdict of a window without drift, with queries that are out of scope, and with topics that the baseline has
 * not seen. Every trial draws its own baseline, window and unseen topics.
 */
final class WindowRows {
    private static final double[] SHARES = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5};
    private static final int[] SIZES = {200, 1000};
    private static final int LARGE_BASELINE = 10_000;
    private static final int LARGE_WINDOW = 5_000;

    private final Trials trials;
    private final WindowRules rules = new WindowRules(WindowVerdict.withDefaults());
    private final Tally quiet = new Tally();
    private final Tally outOfScope = new Tally();
    private final Tally unseen = new Tally();
    private final List<String> notes = new ArrayList<>();

    WindowRows(Trials trials) {
        this.trials = trials;
    }

    /** The tables of the data sets that {@link #known}, {@link #unseen} and {@link #large} were run on. */
    List<Section> sections(List<LabelledQueries> sets) {
        List<Section.Row> quietRows = new ArrayList<>();
        List<Section.Row> scopeRows = new ArrayList<>();
        List<Section.Row> unseenRows = new ArrayList<>();
        for (LabelledQueries queries : sets) {
            for (int n : SIZES) {
                addRow(quietRows, quiet, label(queries, 0, n), quietTargets());
                for (double share : SHARES) {
                    String label = label(queries, share, n);
                    addRow(scopeRows, outOfScope, label, scopeTargets(share, n));
                    addRow(unseenRows, unseen, label, unseenTargets(queries, share, n));
                }
            }
            addRow(scopeRows, outOfScope, largeLabel(queries), scopeTargets(0.02, LARGE_WINDOW));
        }
        return List.of(
                new Section("G1", "Windows without drift: how often each rule fires", notes, quietRows),
                new Section("G2", "Out-of-scope queries mixed in: how often each rule finds them", notes, scopeRows),
                new Section("G3", "Unseen topics of the same domain mixed in", notes, unseenRows));
    }

    private static void addRow(List<Section.Row> rows, Tally tally, String label, List<Target> targets) {
        if (tally.has(label)) {
            rows.add(tally.row(label, targets));
        }
    }

    /** A trial in which every topic is known. */
    void known(Split split, Subject subject, SplittableRandom random) {
        for (int n : SIZES) {
            add(quiet, split, subject, 0, n, random);
            for (double share : SHARES) {
                if (Split.strangeOf(share, n) > 0 && split.strange().length > 0) {
                    add(outOfScope, split, subject, share, n, random);
                }
            }
        }
    }

    /** A trial with topics held out. */
    void unseen(Split split, Subject subject, SplittableRandom random) {
        for (int n : SIZES) {
            for (double share : SHARES) {
                add(unseen, split, subject, share, n, random);
            }
        }
    }

    private void add(Tally tally, Split split, Subject subject, double share, int n, SplittableRandom random) {
        if (split.has(share, n)) {
            Subject.Window window = subject.window(split.window(share, n, random), random);
            tally.add(label(split.queries(), share, n), rules.fired(subject, window));
        }
    }

    /** 2 % out of scope in a large window, which needs a large baseline. */
    void large(LabelledQueries queries) {
        int strange = queries.outOfScope().length;
        int known = queries.inScope().length;
        if (strange < Split.strangeOf(0.02, LARGE_WINDOW) || known < LARGE_BASELINE + LARGE_WINDOW) {
            notes.add(queries.name() + " has " + strange + " queries labelled oos and " + known
                    + " others: no row of 2 % out of scope at n = 5000.");
            return;
        }
        trials.run("G2 " + queries.name(), trials.count(200, 8), (trial, random) -> {
            Split split = Split.allKnown(queries, LARGE_BASELINE, random);
            Subject subject = Subject.fit(split, random);
            Subject.Window window = subject.window(split.window(0.02, LARGE_WINDOW, random), random);
            outOfScope.add(largeLabel(queries), rules.fired(subject, window));
        });
    }

    private static String label(LabelledQueries queries, double share, int n) {
        String mixed = share == 0 ? "" : String.format(Locale.ROOT, ", %.0f %%", 100 * share);
        return queries.name() + mixed + ", n = " + n;
    }

    private static String largeLabel(LabelledQueries queries) {
        return label(queries, 0.02, LARGE_WINDOW) + " (baseline " + LARGE_BASELINE + ")";
    }

    private static List<Target> quietTargets() {
        return List.of(
                new Target(WindowRules.AT_05, 0.02, 0.08, "2 to 8 %"),
                Target.atMost(WindowRules.AT_01, 0.025, "at most 2.5 % at .01"));
    }

    private static List<Target> scopeTargets(double share, int n) {
        if (share == 0.05 && n == 200) {
            return atLeast(75);
        }
        if (share == 0.05 && n == 1000 || share == 0.1 && n == 200) {
            return atLeast(95);
        }
        return share == 0.02 && n == LARGE_WINDOW ? atLeast(55) : List.of();
    }

    private static List<Target> unseenTargets(LabelledQueries queries, double share, int n) {
        if (share == 0.2) {
            return atLeast(n == 200 ? 90 : 98);
        }
        if (share == 0.1) {
            return atLeast(n == 1000 ? 75 : queries.name().startsWith("banking") ? 50 : 40);
        }
        return List.of();
    }

    private static List<Target> atLeast(int percent) {
        return List.of(Target.atLeast(WindowRules.AT_05, percent / 100.0, "at least " + percent + " %"));
    }
}

package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.detect.WindowVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** G5: one known topic, drawn anew for each trial, is three times as frequent as before. */
final class MoreOfATopic {
    private static final int ROWS = 1_000;

    private final Trials trials;
    private final WindowRules rules = new WindowRules(WindowVerdict.withDefaults());
    private final Tally tally = new Tally();

    MoreOfATopic(Trials trials) {
        this.trials = trials;
    }

    Section run(List<LabelledQueries> sets) {
        List<String> notes = new ArrayList<>();
        List<Section.Row> rows = new ArrayList<>();
        for (LabelledQueries queries : sets) {
            trials.run("G5 " + queries.name(), trials.count(400, 24), (trial, random) -> one(queries, random));
            if (tally.has(queries.name())) {
                rows.add(tally.row(
                        queries.name(), List.of(Target.atLeast(WindowRules.AT_05, 0.8, "found in at least 80 %"))));
            } else {
                notes.add(queries.name() + " has no topic with rows enough.");
            }
        }
        return new Section(
                "G5", "One topic three times as frequent, n = 1000: how often each rule finds it", notes, rows);
    }

    private void one(LabelledQueries queries, SplittableRandom random) {
        Split split = Split.allKnown(queries, Split.usualBaseline(queries), random);
        List<String> topics = queries.topics();
        String topic = topics.get(random.nextInt(topics.size()));
        int[] drawn = split.windowWithMoreOf(topic, ROWS, random);
        if (drawn.length > 0) {
            Subject subject = Subject.fit(split, random);
            tally.add(queries.name(), rules.fired(subject, subject.window(drawn, random)));
        }
    }
}

package io.driftaware.examples.sampledata;

import java.util.List;
import java.util.Locale;

/** What the last seven days look like; the baseline period is {@link Behaviour#USUAL} in each. */
enum Scenario {
    /** Nothing changed. */
    BASELINE(Behaviour.USUAL),
    /** Half of the queries are about new topics, more is refused, more is toxic, users are less satisfied. */
    DRIFT(new Behaviour(List.of(20, 20, 10, 25, 25), 0.08, 0.03, 4, 6, 0.2)),
    /** A shift that has begun. */
    MIXED(new Behaviour(List.of(35, 30, 10, 15, 10), 0.05, 0.015, 6, 4, 0.1));

    private final Behaviour recent;

    Scenario(Behaviour recent) {
        this.recent = recent;
    }

    Behaviour recent() {
        return recent;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.driftaware.logging;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that remembers what it was told. */
final class Heard implements LoggerListener {
    final List<String> rejected = new CopyOnWriteArrayList<>();
    final List<String> dropped = new CopyOnWriteArrayList<>();
    final List<String> withheld = new CopyOnWriteArrayList<>();
    final List<String> outages = new CopyOnWriteArrayList<>();
    final List<Duration> recoveries = new CopyOnWriteArrayList<>();

    @Override
    public void rejected(String reason, String explanation, long count) {
        rejected.add(count + " " + reason + ": " + explanation);
    }

    @Override
    public void dropped(String reason, String explanation, long count) {
        dropped.add(count + " " + reason + ": " + explanation);
    }

    @Override
    public void contentWithheld(String explanation, long count) {
        withheld.add(count + ": " + explanation);
    }

    @Override
    public void outage(String explanation) {
        outages.add(explanation);
    }

    @Override
    public void recovered(Duration outage) {
        recoveries.add(outage);
    }
}

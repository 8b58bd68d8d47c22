package io.driftaware.runner;

import io.driftaware.runner.action.LogAction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How often each action may be asked for in seven days ({@code DRIFT_WEEKLY_CAP}). A log line does no harm: {@code log} is
 * limited only where it is named.
 */
public final class WeeklyCaps {
    /** What stands for no limit. */
    public static final int NO_LIMIT = 0;

    private static final int MOST = 10_000;

    private final int others;
    private final Map<String, Integer> named;

    private WeeklyCaps(int others, Map<String, Integer> named) {
        this.others = others;
        this.named = Map.copyOf(named);
    }

    /** The same for all but {@code log}; {@link #NO_LIMIT} for no limit. */
    public static WeeklyCaps of(int each) {
        if (each < 0 || each > MOST) {
            throw new IllegalArgumentException("weekly cap " + each + " cannot be used; set 0 to " + MOST);
        }
        return new WeeklyCaps(each, Map.of());
    }

    /** A number for all, NAME=NUMBER for one, separated by commas. */
    static WeeklyCaps parse(String value) {
        int others = MonitorConfigBuilder.WEEKLY_CAP;
        Map<String, Integer> named = new LinkedHashMap<>();
        for (String part : value.split(",", -1)) {
            int equals = part.indexOf('=');
            int number = Math.toIntExact(Values.whole(part.substring(equals + 1).strip(), 0, MOST));
            if (equals < 0) {
                others = number;
            } else {
                String name = part.substring(0, equals).strip();
                if (name.isEmpty()) {
                    throw new IllegalArgumentException("has a number without a name; set NUMBER, or NAME=NUMBER");
                }
                named.put(name, number);
            }
        }
        return new WeeklyCaps(others, named);
    }

    /** At most so many in seven days, {@link #NO_LIMIT} for any number. */
    public int of(String action) {
        return named.getOrDefault(action, action.equals(LogAction.NAME) ? NO_LIMIT : others);
    }

    Set<String> names() {
        return named.keySet();
    }

    @Override
    public String toString() {
        String each = named.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> "," + entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining());
        return others + each;
    }
}

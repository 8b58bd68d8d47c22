package io.driftaware.runner.action;

import java.time.InstantSource;
import java.util.Map;
import javax.sql.DataSource;

/**
 * What an action may build on.
 *
 * @param settings as they were given to the monitor, by name; may hold secrets, so it prints none
 * @param dataSource the monitor's database; close every connection
 * @param clock the monitor's
 */
public record ActionContext(Map<String, String> settings, DataSource dataSource, InstantSource clock) {
    /** Copies the settings. */
    public ActionContext {
        settings = Map.copyOf(settings);
    }

    @Override
    public String toString() {
        return "ActionContext[" + settings.size() + " settings]";
    }
}

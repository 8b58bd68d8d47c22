package io.driftaware.runner;

import io.driftaware.runner.action.DriftAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which requests wait for the operator's word before they run ({@code DRIFT_APPROVAL}). */
public final class Approval {
    /** Those of actions that ask for it themselves, as the fine-tuning job does. */
    public static final Approval AS_EACH_ASKS = new Approval(Mode.AS_EACH_ASKS, List.of());

    /** All of them. */
    public static final Approval ALL = new Approval(Mode.ALL, List.of());

    /** None, not even that of an action whose last run did not end the drift. */
    public static final Approval NONE = new Approval(Mode.NONE, List.of());

    private enum Mode {
        AS_EACH_ASKS,
        ALL,
        NONE
    }

    private final Mode mode;
    private final List<String> names;

    private Approval(Mode mode, List<String> names) {
        this.mode = mode;
        this.names = List.copyOf(names);
    }

    /** Those of the actions of these names, and of actions that ask for it themselves. */
    public static Approval of(List<String> names) {
        return new Approval(Mode.AS_EACH_ASKS, names);
    }

    static Approval parse(String value) {
        switch (value.toLowerCase(Locale.ROOT)) {
            case "default":
                return AS_EACH_ASKS;
            case "all":
                return ALL;
            case "none":
                return NONE;
            default:
                List<String> names = new ArrayList<>();
                for (String part : value.split(",", -1)) {
                    String name = part.strip().toLowerCase(Locale.ROOT);
                    if (name.isEmpty()) {
                        throw new IllegalArgumentException(
                                "has an empty name; set names of actions separated by commas, or default, all or none");
                    }
                    names.add(name);
                }
                return of(names);
        }
    }

    /** Whether each request of this action waits. */
    boolean needs(DriftAction action) {
        return mode == Mode.ALL || (mode != Mode.NONE && (action.needsApproval() || names.contains(action.name())));
    }

    /** Whether a request waits whose last one of the kind did not end the drift. */
    boolean holdsTheIneffective() {
        return mode != Mode.NONE;
    }

    List<String> names() {
        return names;
    }

    @Override
    public String toString() {
        return mode == Mode.AS_EACH_ASKS
                ? names.isEmpty() ? "default" : String.join(",", names)
                : mode.name().toLowerCase(Locale.ROOT);
    }
}

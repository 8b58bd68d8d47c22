package io.driftaware.runner;

import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.action.LogAction;
import io.driftaware.runner.action.WebhookAction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Which actions run: those that the settings name, then those that the app brings. */
final class ActionChoice {
    private ActionChoice() {}

    static List<DriftAction> choose(MonitorConfig config, List<DriftAction> own) {
        Map<String, DriftAction> brought = new LinkedHashMap<>();
        for (DriftAction action : own) {
            if (brought.put(action.name(), action) != null) {
                throw new IllegalArgumentException("two actions are called '" + action.name() + "'");
            }
        }
        List<DriftAction> actions = new ArrayList<>();
        for (String name : new LinkedHashSet<>(config.actions())) {
            DriftAction action = brought.remove(name);
            actions.add(action == null ? builtIn(name, config) : action);
        }
        actions.addAll(brought.values());
        return actions;
    }

    private static DriftAction builtIn(String name, MonitorConfig config) {
        return switch (name) {
            case LogAction.NAME -> new LogAction();
            case WebhookAction.NAME ->
                new WebhookAction(
                        config.webhookUrl()
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "DRIFT_ACTIONS names webhook, but DRIFT_WEBHOOK_URL is not set; set it, or remove"
                                                + " webhook")),
                        config.webhookSecret().orElse(null));
            default ->
                throw new IllegalArgumentException(
                        "DRIFT_ACTIONS names '" + name
                                + "', which is not built in (log, webhook); bring it with DriftMonitor.Builder.action, or remove it");
        };
    }
}

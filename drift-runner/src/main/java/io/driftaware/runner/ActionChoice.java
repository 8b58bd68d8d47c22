package io.driftaware.runner;

import io.driftaware.runner.action.ActionContext;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.action.DriftActionProvider;
import io.driftaware.runner.action.LogAction;
import io.driftaware.runner.action.WebhookAction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import javax.sql.DataSource;

/** Which actions run: those that the settings name, then those that the app brings. */
final class ActionChoice {
    private ActionChoice() {}

    static List<DriftAction> choose(
            MonitorConfig config, List<DriftAction> own, DataSource dataSource, InstantSource clock) {
        ActionContext context = new ActionContext(config.actionSettings(), dataSource, clock);
        Map<String, DriftAction> brought = new LinkedHashMap<>();
        for (DriftAction action : own) {
            if (brought.put(action.name(), action) != null) {
                throw new IllegalArgumentException("two actions are called '" + action.name() + "'");
            }
        }
        List<DriftAction> actions = new ArrayList<>();
        for (String name : new LinkedHashSet<>(config.actions())) {
            DriftAction action = brought.remove(name);
            actions.add(action == null ? builtIn(name, config, context) : action);
        }
        actions.addAll(brought.values());
        requireKnown("DRIFT_APPROVAL", config.approval().names(), actions);
        requireKnown("DRIFT_WEEKLY_CAP", config.weeklyCaps().names(), actions);
        return actions;
    }

    /** A limit on an action that there is not is a typing error, and would limit nothing. */
    private static void requireKnown(String setting, Collection<String> names, List<DriftAction> actions) {
        for (String name : names) {
            boolean known = actions.stream().anyMatch(action -> action.name().equals(name))
                    || name.equals(LogAction.NAME)
                    || name.equals(WebhookAction.NAME)
                    || isProvided(name);
            if (!known) {
                throw new ConfigException(List.of(setting + " names '" + name + "', and there is no such action; use "
                        + Values.BUILT_IN + ", or the name of your own"));
            }
        }
    }

    private static DriftAction builtIn(String name, MonitorConfig config, ActionContext context) {
        return switch (name) {
            case LogAction.NAME -> new LogAction();
            case WebhookAction.NAME ->
                new WebhookAction(
                        config.webhookUrl()
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "DRIFT_ACTIONS names webhook, but DRIFT_WEBHOOK_URL is not set; set it, or remove"
                                                + " webhook")),
                        config.webhookSecret().orElse(null),
                        config.webhookAllow(),
                        context.clock());
            default ->
                provider(name)
                        .map(provider -> created(provider, context))
                        .orElseThrow(() -> new IllegalArgumentException("DRIFT_ACTIONS names '" + name
                                + "', which is not built in (" + Values.BUILT_IN
                                + ") and has no DriftActionProvider on the class"
                                + " path; bring it with DriftMonitor.Builder.action, or remove it"));
        };
    }

    /** Whether a {@link DriftActionProvider} makes the action of this name. */
    static boolean isProvided(String name) {
        return provider(name).isPresent();
    }

    private static Optional<DriftActionProvider> provider(String name) {
        List<DriftActionProvider> found =
                ServiceLoader.load(DriftActionProvider.class, DriftActionProvider.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(provider -> provider.name().equals(name))
                        .toList();
        if (found.size() > 1) {
            throw new IllegalArgumentException(
                    "two providers make the action '" + name + "'; take one off the class path");
        }
        return found.stream().findFirst();
    }

    private static DriftAction created(DriftActionProvider provider, ActionContext context) {
        DriftAction action;
        try {
            action = provider.create(context);
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(List.of(String.valueOf(e.getMessage())));
        }
        if (!action.name().equals(provider.name())) {
            throw new IllegalArgumentException(
                    "the provider of '" + provider.name() + "' made an action called '" + action.name() + "'");
        }
        return action;
    }
}

package io.driftaware.runner.cli;

import io.driftaware.runner.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** One option per {@link Setting}, {@code --set NAME=VALUE} and {@code --env-file}, on every command. */
final class SettingOptions {
    private static final String SET = "--set";
    private static final String ENV_FILE = "--env-file";

    private SettingOptions() {}

    static void addTo(CommandSpec command, boolean shownInHelp) {
        for (Setting setting : Setting.values()) {
            command.addOption(option(setting.option(), "VALUE", about(setting), shownInHelp)
                    .type(String.class)
                    .build());
        }
        command.addOption(option(SET, "NAME=VALUE", "Any setting by its name; may be repeated.", shownInHelp)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
        command.addOption(option(ENV_FILE, "FILE", "Read this file instead of .env.", shownInHelp)
                .type(String.class)
                .build());
    }

    /** The settings on the command line, before and behind the command's name; the last one of a name wins. */
    static Map<String, String> given(ParseResult parsed) {
        Map<String, String> given = new LinkedHashMap<>();
        for (ParseResult at = parsed; at != null; at = next(at)) {
            for (Setting setting : Setting.values()) {
                if (at.hasMatchedOption(setting.option())) {
                    given.put(setting.name(), at.matchedOptionValue(setting.option(), ""));
                }
            }
            for (String pair : at.matchedOptionValue(SET, List.<String>of())) {
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new ParameterException(
                            at.commandSpec().commandLine(), "--set takes NAME=VALUE, such as --set LOG_LEVEL=DEBUG");
                }
                given.put(pair.substring(0, equals).strip(), pair.substring(equals + 1));
            }
        }
        return given;
    }

    static @Nullable String envFile(ParseResult parsed) {
        String file = null;
        for (ParseResult at = parsed; at != null; at = next(at)) {
            file = at.matchedOptionValue(ENV_FILE, file);
        }
        return file;
    }

    private static @Nullable ParseResult next(ParseResult parsed) {
        return parsed.hasSubcommand() ? parsed.subcommand() : null;
    }

    private static OptionSpec.Builder option(String name, String label, String about, boolean shownInHelp) {
        return OptionSpec.builder(name).paramLabel(label).description(about).hidden(!shownInHelp);
    }

    private static String about(Setting setting) {
        String unit = setting.unit().replace("`", "");
        String otherwise =
                setting.defaultValue().map(value -> "default " + value).orElse("");
        return unit + (unit.isEmpty() || otherwise.isEmpty() ? "" : "; ") + otherwise;
    }
}

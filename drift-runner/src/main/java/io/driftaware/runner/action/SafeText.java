package io.driftaware.runner.action;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes one short line of what another program said, fit to be stored, logged and shown: without control characters, without
 * the values of the settings that are secret, and without what looks like a credential.
 */
final class SafeText {
    static final int LONGEST = 200;
    private static final int SHORTEST_SECRET = 6;
    private static final String MASK = "***";
    private static final List<String> SECRET_NAMES =
            List.of("SECRET", "TOKEN", "PASSWORD", "PASSWD", "KEY", "CREDENTIAL", "DATABASE_URL", "WEBHOOK_URL");
    private static final Pattern CONTROL = Pattern.compile("[\\s\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");
    private static final Pattern USER_INFO = Pattern.compile("://[^/\\s@]+@");
    private static final Pattern NAMED = Pattern.compile(
            "(?i)\\b(bearer|basic|[\\w.-]*(?:passw(?:or)?d|secret|token|api[_-]?key|credential)s?)(\\s*[=:]\\s*|\\s+)\\S+");
    private static final Pattern KNOWN_FORMS =
            Pattern.compile("\\b(?:sk-|gh[pousr]_|github_pat_|xox[abprs]-|AKIA|eyJ)[\\w.-]{8,}|[A-Za-z0-9_+/=-]{40,}");

    private final List<String> secrets;

    /** Masks these values, those of at least six characters. */
    SafeText(Collection<String> secrets) {
        this.secrets = secrets.stream()
                .filter(secret -> secret.length() >= SHORTEST_SECRET)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** Masks the values of the settings whose names say that they are secret, and the password in an address. */
    static SafeText ofSettings(Map<String, String> settings) {
        List<String> secrets = new ArrayList<>();
        settings.forEach((name, value) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (SECRET_NAMES.stream().anyMatch(upper::contains) && !upper.endsWith("_FILE")) {
                secrets.add(value);
                int at = value.lastIndexOf('@');
                int colon = value.lastIndexOf(':', at);
                if (value.contains("://") && at > colon && colon > 0) {
                    secrets.add(value.substring(colon + 1, at));
                }
            }
        });
        return new SafeText(secrets);
    }

    /** The last line that says something, masked and cut; empty if there is none. */
    String lastLine(String text) {
        String last =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (one, next) -> next);
        for (String secret : secrets) {
            last = last.replace(secret, MASK);
        }
        last = CONTROL.matcher(last).replaceAll(" ");
        last = USER_INFO.matcher(last).replaceAll("://" + MASK + "@");
        last = NAMED.matcher(last).replaceAll("$1$2" + MASK);
        last = KNOWN_FORMS.matcher(last).replaceAll(MASK).strip();
        return last.length() <= LONGEST ? last : last.substring(0, LONGEST) + "...";
    }
}

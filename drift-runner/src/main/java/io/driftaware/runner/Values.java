package io.driftaware.runner;

import io.driftaware.core.policy.KOfN;
import io.driftaware.runner.action.CommandAction;
import io.driftaware.runner.action.Signature;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.event.Level;

/**
 * From text to values. What does not fit throws an {@link IllegalArgumentException} that reads on from "NAME=VALUE":
 * what is wrong, and the remedy.
 */
final class Values {
    private static final Pattern PAIR_OF_DAYS = Pattern.compile("(\\d{1,4})\\s*-\\s*(\\d{1,4})");
    private static final List<String> ACTIONS = List.of("log", "webhook");
    private static final int LEAST_TOKEN = 16;
    static final String BUILT_IN = "log, webhook, command, notify, github, reindex, retrain";

    private Values() {}

    static long whole(String value, long from, long to) {
        String remedy = "; set a whole number from " + from + " to " + to;
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not a whole number" + remedy);
        }
        if (number < from || number > to) {
            throw new IllegalArgumentException("is out of range" + remedy);
        }
        return number;
    }

    static double number(String value, double from, double to) {
        String remedy = "; set a number from " + shortest(from) + " to " + shortest(to);
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not a number" + remedy);
        }
        if (!(number >= from && number <= to)) {
            throw new IllegalArgumentException("is out of range" + remedy);
        }
        return number;
    }

    static Level logLevel(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "DEBUG" -> Level.DEBUG;
            case "INFO" -> Level.INFO;
            case "WARN", "WARNING" -> Level.WARN;
            case "ERROR", "CRITICAL" -> Level.ERROR;
            default -> throw new IllegalArgumentException("is no log level; set DEBUG, INFO, WARN or ERROR");
        };
    }

    static boolean onOff(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1" -> true;
            case "off", "false", "no", "0" -> false;
            default -> throw new IllegalArgumentException("is neither on nor off; set on or off");
        };
    }

    static String partition(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "none", "day", "week", "month" -> value.toLowerCase(Locale.ROOT);
            default -> throw new IllegalArgumentException("is not known; set none, day, week or month");
        };
    }

    static Detection detection(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "calibrated" -> Detection.CALIBRATED;
            case "threshold" -> Detection.THRESHOLD;
            default -> throw new IllegalArgumentException("is not known; set calibrated or threshold");
        };
    }

    static void baselineDays(MonitorConfigBuilder builder, String value) {
        Matcher matcher = PAIR_OF_DAYS.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is no pair of days; set FROM-TO in days ago, such as 37-30");
        }
        builder.baseline(
                Duration.ofDays(Integer.parseInt(matcher.group(1))),
                Duration.ofDays(Integer.parseInt(matcher.group(2))));
    }

    static KOfN confirm(String value) {
        try {
            return KOfN.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "is not K/N with K from 1 to N and N up to " + KOfN.MAX_N + "; set for example 2/3, or 1/1");
        }
    }

    static List<String> actions(String value) {
        if (value.equalsIgnoreCase("none")) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (String part : value.split(",", -1)) {
            String name = part.strip().toLowerCase(Locale.ROOT);
            if (!ACTIONS.contains(name) && !ActionChoice.isProvided(name)) {
                throw new IllegalArgumentException("names the action '" + part.strip()
                        + "', which this version does not have; use " + BUILT_IN + " or none");
            }
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Names of variables that another program may have. */
    static List<String> handedOn(String value) {
        List<String> names = CommandAction.names(value);
        for (String name : names) {
            for (Setting setting : Setting.values()) {
                if (setting.secret() && (name.equals(setting.name()) || name.equals(setting.fileName()))) {
                    throw new IllegalArgumentException("names " + name
                            + ", which is a secret of the monitor; take it out, and give the program one of its own");
                }
            }
        }
        return names;
    }

    static String token(String value) {
        if (value.length() < LEAST_TOKEN || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "is too easy to guess, or has characters that a header cannot hold; set at least " + LEAST_TOKEN
                            + " letters and digits, such as from openssl rand -hex 32");
        }
        return value;
    }

    /** Of a signature. */
    static String key(String value) {
        if (value.length() < Signature.LEAST_KEY) {
            throw new IllegalArgumentException("is too easy to guess; set at least " + Signature.LEAST_KEY
                    + " characters, such as from openssl rand -hex 32");
        }
        return value;
    }

    /** What a header takes: an error of the HTTP client would show it. */
    static String credential(String value) {
        if (!value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "has a space, a line break or another character that a header cannot hold; set it alone");
        }
        return value;
    }

    static URI webUrl(String value) {
        try {
            URI uri = new URI(value);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, without the text, which may hold a secret.
        }
        throw new IllegalArgumentException("is no web address; set https://HOST/PATH");
    }

    /** The known names nearest to {@code unknown}, best first, at most three. */
    static List<String> nearest(String unknown, List<String> known) {
        return known.stream()
                .sorted((a, b) -> Integer.compare(likeness(unknown, a), likeness(unknown, b)))
                .limit(3)
                .toList();
    }

    // The prefix is forgiven: DRIFT_COSINE_THRESHOLD means EMBEDDING_COSINE_THRESHOLD.
    private static int likeness(String unknown, String known) {
        return Math.min(editDistance(unknown, known), editDistance(bare(unknown), bare(known)) + 1);
    }

    private static String bare(String name) {
        return name.startsWith("DRIFT_") ? name.substring("DRIFT_".length()) : name;
    }

    private static int editDistance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    static String shortest(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}

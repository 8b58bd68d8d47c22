package io.driftaware.runner.report;

import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Episodes.Proof;
import io.driftaware.runner.view.Overview.StreamState;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers and times in words that a person reads at a glance. Times are in UTC: a report is read in many places. */
final class Words {
    private static final DateTimeFormatter MINUTE = formatter("d MMM uuuu HH:mm");
    private static final DateTimeFormatter DAY = formatter("d MMM");
    private static final DateTimeFormatter HOUR = formatter("HH:mm");
    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final double DAYS_OF_A_YEAR = 365.25;
    private static final double MILLION_YEARS = DAYS_OF_A_YEAR * 1e6;

    /** Keeps a number and its unit on one line. */
    private static final String NARROW = "\u00A0";

    private Words() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    static String when(@Nullable Instant at) {
        return at == null ? "\u2013" : MINUTE.format(at).replace(" ", NARROW);
    }

    /** When a stream last had a row: where the second is not known, the quarter of an hour that it lies in. */
    static String lastRow(StreamState state) {
        Instant quarter = state.lastRow();
        return state.newestRow() != null || quarter == null
                ? when(state.newestRow())
                : when(quarter) + NARROW + "to" + NARROW + hour(quarter.plus(QUARTER));
    }

    static String day(Instant at) {
        return DAY.format(at);
    }

    static String hour(Instant at) {
        return HOUR.format(at);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String counted(long number, String thing) {
        return count(number) + NARROW + thing + (number == 1 ? "" : "s");
    }

    static String share(double value) {
        double percent = 100 * value;
        if (percent == 0) {
            return "0" + NARROW + "%";
        }
        int digits = Math.abs(percent) < 0.1 ? 2 : Math.abs(percent) < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + digits + "f", percent) + NARROW + "%";
    }

    /** @param unit of the views: share, score, distance or ratio */
    static String quantity(@Nullable Double value, String unit) {
        if (value == null) {
            return "\u2013";
        }
        return switch (unit) {
            case "share" -> share(value);
            case "distance" -> String.format(Locale.ROOT, "%.4f", value);
            case "ratio" -> String.format(Locale.ROOT, "%.2f", value);
            default -> String.format(Locale.ROOT, "%.3f", value);
        };
    }

    /** A length of time, roundly. */
    static String span(Duration length) {
        long seconds = Math.max(0, length.toSeconds());
        if (seconds < 90) {
            return counted(seconds, "second");
        }
        if (seconds >= 129_600) {
            return counted(Math.round(seconds / 86_400.0), "day");
        }
        return seconds >= 5_400
                ? counted(Math.round(seconds / 3_600.0), "hour")
                : counted(Math.round(seconds / 60.0), "minute");
    }

    /** How rarely chance alone would bring as much. */
    static String rarely(double days) {
        if (days > MILLION_YEARS) {
            return "less than once in a million years";
        }
        double years = days / DAYS_OF_A_YEAR;
        if (years >= 2) {
            long round = new BigDecimal(years).round(new MathContext(2)).longValue();
            return "once in " + counted(round, "year");
        }
        return "once in " + counted(Math.max(1, Math.round(days)), "day");
    }

    static String list(List<String> words) {
        int last = words.size() - 1;
        return last < 1
                ? String.join("", words)
                : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
    }

    static String capital(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** A place in a picture: a tenth of a pixel is more than anybody sees. */
    static String place(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** A difference of two shares. */
    private static String points(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 0.001 ? "%.2f" : "%.1f", 100 * value) + NARROW + "points";
    }

    /** The value that opened an episode, in the quantity that it was judged in; empty where that is not known. */
    static String measured(Episode episode) {
        Double value = episode.openedValue();
        Double threshold = episode.threshold();
        String measure = episode.measure();
        String unit = episode.unit();
        if (value == null || threshold == null || measure == null || unit == null) {
            return "";
        }
        String found = quantity(value, unit);
        String limit = quantity(threshold, unit);
        return switch (measure) {
            case "rate" -> found + " against a limit of " + limit;
            case "rise" -> points(value) + " more than in the baseline, acts from " + points(threshold);
            case "drop" -> found + " less than in the baseline, acts from " + limit;
            case "drifted_share" -> "at least " + found + " not as before, acts from " + limit;
            case "distance" -> "cosine distance " + found + ", acts from " + limit;
            default -> "";
        };
    }

    /** Of what the evidence would be by chance: of a rate within its limit, or of rows as the baseline has them. */
    static String usual(Proof proof) {
        return proof.beyond().equals("limit") ? "a rate within its limit" : "rows as in the baseline";
    }

    /** What a figure of chance leaves out; empty if nothing. */
    static String besides(Proof proof) {
        return proof.baselineRisk() > 0
                ? ", but for a risk of " + share(proof.baselineRisk())
                        + " that a limit learned from a baseline is wrong"
                : "";
    }

    /** What a sequence of evidence speaks for. */
    static String hypothesis(String name, String stream) {
        return switch (name) {
            case "limit" -> "above its limit";
            case "baseline" -> "worse than the baseline";
            case "novelty" -> "more novel rows";
            case "window" ->
                switch (WatchedStream.ofLabel(stream).kind()) {
                    case FLAG -> "above its limit, over a whole day";
                    case EMBEDDINGS -> "a whole day differs";
                    default -> "worse than the baseline, over a whole day";
                };
            default -> name;
        };
    }
}

package io.driftaware.core.policy;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something holds when at least k of the last n checks say so.
 *
 * @param k how many must agree, 1 to n
 * @param n how many are looked at, at most {@value #MAX_N}
 */
public record KOfN(int k, int n) {

    /** The greatest number of checks that is looked at. */
    public static final int MAX_N = 1000;

    /** One check decides. */
    public static final KOfN ONE = new KOfN(1, 1);

    private static final Pattern FORM = Pattern.compile("\\s*(\\d{1,4})\\s*/\\s*(\\d{1,4})\\s*");

    /** Refuses anything but 1 &lt;= k &lt;= n &lt;= {@value #MAX_N}. */
    public KOfN {
        if (k < 1 || k > n || n > MAX_N) {
            throw new IllegalArgumentException(
                    k + "/" + n + " is not k/n with 1 <= k <= n <= " + MAX_N + ", for example 2/3");
        }
    }

    /**
     * Reads {@code k/n}, for example {@code 2/3}.
     *
     * @throws IllegalArgumentException if the text has another form, or k and n are out of range
     */
    public static KOfN parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not of the form k/n, for example 2/3 for two of the last three checks");
        }
        return new KOfN(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /**
     * Whether at least k of the last n are true.
     *
     * @param history oldest first; may be shorter or longer than n
     */
    public boolean holds(List<Boolean> history) {
        int agreeing = 0;
        for (boolean agrees : lastN(history)) {
            if (agrees) {
                agreeing++;
            }
        }
        return agreeing >= k;
    }

    /** The last n entries, or all where there are fewer. */
    List<Boolean> lastN(List<Boolean> history) {
        return history.subList(Math.max(0, history.size() - n), history.size());
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return k + "/" + n;
    }
}

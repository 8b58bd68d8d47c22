package io.driftaware.logging.privacy;

/**
 * Card numbers, telephone numbers and version 4 addresses: digits in groups, with a few characters between them. What begins
 * at one group is told from at most {@value #MOST_DIGITS} digits, so a text of nothing but digits takes time in proportion to
 * its length. Reused for each number of a text; not for several threads.
 */
final class Numbers {
    private static final int MOST_DIGITS = 19;
    private static final int SHORTEST_CARD_GROUP = 3;
    private static final int LONGEST_PHONE = 15;
    private static final int LONGEST_GAP = 3;
    private static final int SEVERAL = -1;

    private final int[] from = new int[MOST_DIGITS + 1];
    private final int[] to = new int[MOST_DIGITS + 1];
    /** The one character behind a group, or SEVERAL. */
    private final int[] gap = new int[MOST_DIGITS + 1];

    private int groups;

    /** Where the address ends that begins at {@code at}, or -1. */
    static int ipv4End(String text, int at) {
        int position = at;
        for (int part = 0; part < 4; part++) {
            if (part > 0) {
                if (!Chars.is(text, position, '.')) {
                    return -1;
                }
                position++;
            }
            int value = 0;
            int start = position;
            while (position - start < 4 && Chars.is(text, position, Chars.DIGIT)) {
                value = value * 10 + Chars.digit(text, position++);
            }
            if (position == start || position - start > 3 || value > 255) {
                return -1;
            }
        }
        boolean goesOn = Chars.is(text, position, Chars.ALNUM)
                || Chars.is(text, position, '.') && Chars.is(text, position + 1, Chars.DIGIT);
        return goesOn ? -1 : position;
    }

    /** Whether a card or telephone number can begin with the digits at {@code at}: short groups are the many that cannot. */
    static boolean canBegin(String text, int at) {
        int first = Chars.digit(text, at);
        int length = 1;
        while (length < SHORTEST_CARD_GROUP && Chars.digit(text, at + length) >= 0) {
            length++;
        }
        return length == SHORTEST_CARD_GROUP || first == 0 && length == 2 || first == 1 && length == 1;
    }

    /**
     * Reads the groups from {@code at} on, where the first digit is.
     *
     * @param international whether a plus sign stands before it; such numbers, and those with a zero in front, have groups of any
     *     length, all others end before one of fewer than three digits
     */
    void read(String text, int at, boolean international) {
        int shortest = international || Chars.digit(text, at) == 0 ? 1 : SHORTEST_CARD_GROUP;
        groups = 0;
        int position = at;
        for (int digits = 0; digits <= MOST_DIGITS && groups < from.length; ) {
            int start = position;
            while (position - start <= MOST_DIGITS && Chars.digit(text, position) >= 0) {
                position++;
            }
            if (groups > 0 && position - start < shortest) {
                return;
            }
            digits += position - start;
            int next = gapEnd(text, position);
            from[groups] = start;
            to[groups] = position;
            gap[groups] = next - position == 1 ? text.charAt(position) : SEVERAL;
            groups++;
            if (next == position || Chars.digit(text, next) < 0) {
                return;
            }
            position = next;
        }
    }

    private static int gapEnd(String text, int from) {
        int end = from;
        while (end - from < LONGEST_GAP && end < text.length() && isGap(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isGap(char c) {
        return switch (c) {
            case ' ', '-', '.', '(', ')', '/', '\u00A0', '\u2010', '\u2011', '\u2013', '\u202F' -> true;
            default -> false;
        };
    }

    /** Where the card number ends that begins with the first group, or -1: the longest that passes. */
    int cardEnd(String text) {
        int end = -1;
        int digits = 0;
        int evenDoubled = 0;
        int oddDoubled = 0;
        int prefix = 0;
        for (int group = 0; group < groups; group++) {
            int length = to[group] - from[group];
            if (digits + length > MOST_DIGITS || group > 0 && (length < SHORTEST_CARD_GROUP || length > 6)) {
                break;
            }
            for (int i = from[group]; i < to[group]; i++) {
                int digit = Chars.digit(text, i);
                int doubled = digit < 5 ? 2 * digit : 2 * digit - 9;
                evenDoubled += digits % 2 == 0 ? doubled : digit;
                oddDoubled += digits % 2 == 0 ? digit : doubled;
                prefix = digits < 4 ? prefix * 10 + digit : prefix;
                digits++;
            }
            // The last digit is not doubled, so the length says which ones are.
            int sum = digits % 2 == 0 ? evenDoubled : oddDoubled;
            if (sum % 10 == 0 && isCard(prefix, digits) && !Chars.is(text, to[group], Chars.ALNUM)) {
                end = to[group];
            }
            if (gap[group] == '/' || gap[group] == '(' || gap[group] == ')') {
                break;
            }
        }
        return end;
    }

    /** Whether any of the large networks issues cards that begin so and are so long. */
    private static boolean isCard(int prefix, int digits) {
        if (digits < 13) {
            return false;
        }
        int two = prefix / 100;
        int three = prefix / 10;
        if (prefix / 1000 == 4) {
            return digits == 13 || digits == 16 || digits == 19;
        }
        if (two >= 51 && two <= 55 || prefix >= 2221 && prefix <= 2720) {
            return digits == 16;
        }
        if (two == 34 || two == 37) {
            return digits == 15;
        }
        if (three >= 300 && three <= 305 || two == 36 || two == 38 || two == 39) {
            return digits >= 14;
        }
        return two == 35 && digits >= 16
                || two == 62 && digits >= 16
                || (two == 50 || two >= 56 && two <= 69) && digits >= 13;
    }

    /** Where the telephone number ends that begins with the first group behind a plus sign, or -1. */
    int internationalEnd(String text) {
        return groups > 0 && Chars.digit(text, from[0]) > 0 ? grouped(text, 8, LONGEST_PHONE) : -1;
    }

    /** Where the telephone number ends that begins with the first group and no plus sign, or -1. */
    int nationalEnd(String text) {
        if (groups == 0) {
            return -1;
        }
        int length = to[0] - from[0];
        if (Chars.digit(text, from[0]) != 0) {
            return northAmericanEnd(text);
        }
        if (length > 1 && Chars.digit(text, from[0] + 1) == 0) {
            int country = length > 2 ? from[0] + 2 : groups > 1 ? from[1] : -1;
            // Ten digits without a gap are rather a number with zeros in front.
            return Chars.digit(text, country) > 0 ? grouped(text, length < 10 ? 10 : 11, 2 + LONGEST_PHONE) : -1;
        }
        if (length == 10 || length == 11) {
            return goesOn(text, to[0]) ? -1 : to[0];
        }
        return length >= 2 && length <= 5 && groups > 1 && !isDate() ? grouped(text, 9, 12) : -1;
    }

    /** Two digits, two digits, two or four: as in 01.02.2026. Five pairs are a French number. */
    private boolean isDate() {
        if (groups < 3 || gap[0] == ' ' || gap[0] != gap[1]) {
            return false;
        }
        boolean pairs = to[0] - from[0] == 2 && to[1] - from[1] == 2;
        int year = to[2] - from[2];
        boolean five = groups >= 5 && year == 2 && to[3] - from[3] == 2 && to[4] - from[4] == 2;
        return pairs && (year == 2 || year == 4) && !five;
    }

    /** Three, three and four digits, with or without a 1 in front. */
    private int northAmericanEnd(String text) {
        int area = to[0] - from[0] == 1 && Chars.digit(text, from[0]) == 1 ? 1 : 0;
        if (groups < area + 3) {
            return -1;
        }
        boolean form = to[area] - from[area] == 3
                && to[area + 1] - from[area + 1] == 3
                && to[area + 2] - from[area + 2] == 4
                && Chars.digit(text, from[area]) >= 2
                && Chars.digit(text, from[area + 1]) >= 2;
        return form && !goesOn(text, to[area + 2]) ? to[area + 2] : -1;
    }

    /** Whether letters follow that no telephone number has; x and digits are an extension. */
    private static boolean goesOn(String text, int at) {
        boolean extension = (Chars.is(text, at, 'x') || Chars.is(text, at, 'X')) && Chars.is(text, at + 1, Chars.DIGIT);
        return !extension && Chars.is(text, at, Chars.ALNUM);
    }

    /** The end of as many groups as there is room for; -1 if they have too few digits, or letters follow. */
    private int grouped(String text, int least, int most) {
        int digits = 0;
        int end = -1;
        for (int group = 0; group < groups; group++) {
            digits += to[group] - from[group];
            if (digits > most) {
                break;
            }
            end = digits >= least && !goesOn(text, to[group]) ? to[group] : end;
        }
        return end;
    }
}

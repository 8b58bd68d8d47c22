package io.driftaware.logging.privacy;

/** Internet addresses of version 6 (RFC 4291), with a version 4 tail and a zone where there is one. */
final class Ipv6 {
    private static final int GROUPS = 8;
    private static final int LONGEST_ZONE = 16;

    private Ipv6() {}

    /** Where the address ends that begins at {@code at}, or -1. Looks at no more than eight groups. */
    static int end(String text, int at) {
        int position = at;
        int groups = 0;
        boolean shortened = false;
        boolean digits = false;
        if (text.startsWith("::", at)) {
            shortened = true;
            position += 2;
        }
        while (groups < GROUPS) {
            int end = groupEnd(text, position);
            if (end == position) {
                break;
            }
            int tail = Chars.is(text, end, '.') ? Numbers.ipv4End(text, position) : -1;
            if (tail >= 0) {
                groups += 2;
                position = tail;
                digits = true;
                break;
            }
            for (int i = position; i < end; i++) {
                digits |= Chars.is(text, i, Chars.DIGIT);
            }
            groups++;
            position = end;
            if (!shortened && text.startsWith("::", position)) {
                shortened = true;
                position += 2;
            } else if (Chars.is(text, position, ':') && Chars.hex(text, position + 1) >= 0 && groups < GROUPS) {
                position++;
            } else {
                break;
            }
        }
        boolean whole = shortened ? groups >= 1 && groups < GROUPS : groups == GROUPS;
        // Without a digit it is rather a name, as in Face::add.
        if (!whole || !digits && groups < 3 || Chars.is(text, position, Chars.ALNUM)) {
            return -1;
        }
        return zoneEnd(text, position);
    }

    private static int groupEnd(String text, int from) {
        int end = from;
        while (end - from < 4 && Chars.hex(text, end) >= 0) {
            end++;
        }
        return end;
    }

    private static int zoneEnd(String text, int from) {
        if (!Chars.is(text, from, '%')) {
            return from;
        }
        int end = Chars.runEnd(text, from + 1, Chars.ALNUM);
        return end > from + 1 && end - from <= LONGEST_ZONE ? end : from;
    }
}

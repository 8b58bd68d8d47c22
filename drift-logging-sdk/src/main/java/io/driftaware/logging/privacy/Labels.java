package io.driftaware.logging.privacy;

import java.util.List;
import java.util.Locale;

/**
 * Secrets that only their name gives away: {@code password=hunter2}, {@code "api_key": "0a1b2c3d"}, {@code Authorization: Bearer ...}.
 * Looks back over one name and forward over one value, both of bounded length unless the value is taken out.
 */
final class Labels {
    /** What a name says of its value. */
    enum Kind {
        NONE,
        /** A key, where it looks like one: programs have variables of such names. */
        KEY,
        /** Of a request: the name of a scheme may come first. */
        HEADER,
        /** Whatever stands there is secret. */
        PASSWORD
    }

    private static final List<String> KEYS = List.of(
            "secret",
            "token",
            "apikey",
            "accesskey",
            "accountkey",
            "secretkey",
            "privatekey",
            "authkey",
            "signingkey",
            "encryptionkey");
    private static final List<String> PASSWORDS =
            List.of("password", "passwd", "passphrase", "pwd", "clientsecret", "passwort", "kennwort", "contraseña");
    private static final String HEADER = "authorization";
    private static final List<String> SCHEMES = List.of("bearer ", "basic ", "token ", "digest ", "apikey ");

    private static final int LONGEST_NAME = 40;
    private static final int LONGEST_SPACE = 3;
    private static final int LONGEST_LOOK = 64;
    private static final int SHORTEST_KEY = 8;

    private Labels() {}

    /** By what the name ends with, whatever its case, hyphens and underscores. */
    static Kind kind(String name) {
        if (name.length() < 3 || name.length() > LONGEST_NAME) {
            return Kind.NONE;
        }
        String letters = name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
        if (letters.endsWith(HEADER)) {
            return Kind.HEADER;
        }
        if (PASSWORDS.stream().anyMatch(letters::endsWith)) {
            return Kind.PASSWORD;
        }
        return KEYS.stream().anyMatch(letters::endsWith) ? Kind.KEY : Kind.NONE;
    }

    /** Whether the whole of a text, such as one between quotes, is a secret for its name. */
    static boolean isSecret(Kind kind, String value) {
        if (kind == Kind.NONE || value.isEmpty() || value.charAt(0) == '[') {
            return false;
        }
        boolean digit = hasDigit(value);
        boolean words = value.indexOf(' ') >= 0;
        return switch (kind) {
            case PASSWORD -> digit || !words;
            case HEADER -> scheme(value, 0) > 0 || digit && value.length() >= SHORTEST_KEY;
            default -> digit && !words && value.length() >= SHORTEST_KEY;
        };
    }

    /** The name before the = or : at {@code at}, or what there is of one. */
    static String nameBefore(String text, int at) {
        int end = at;
        while (end > 0 && at - end < LONGEST_SPACE && " \"'`\\]:".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        int start = end;
        while (start > 0 && end - start <= LONGEST_NAME && isName(text.charAt(start - 1))) {
            start--;
        }
        return text.substring(start, end);
    }

    /** Where the value begins behind the = or : at {@code at}, or behind the quote that opens it. */
    static int valueStart(String text, int at, Kind kind) {
        int start = at + (Chars.is(text, at + 1, '>') ? 2 : 1);
        for (int space = 0; space < LONGEST_SPACE && Chars.is(text, start, ' '); space++) {
            start++;
        }
        start += Chars.is(text, start, '\\') ? 1 : 0;
        if (isQuote(text, start)) {
            return start + 1;
        }
        return start + (kind == Kind.HEADER ? scheme(text, start) : 0);
    }

    /** Where the value ends that begins at {@code start} and has its name before {@code at}; -1 if it is no secret. */
    static int valueEnd(String text, int at, int start, Kind kind) {
        if (isQuote(text, start - 1)) {
            int end = quoteEnd(text, start);
            if (end >= 0) {
                return isSecret(kind, text.substring(start, end)) ? end : -1;
            }
        }
        int end = runEnd(text, start, start + LONGEST_LOOK);
        String value = text.substring(start, end);
        if (value.isEmpty() || "[=".indexOf(value.charAt(0)) >= 0 || isCode(value, kind)) {
            return -1;
        }
        boolean assigned = text.charAt(at) == '=' && start == at + 1;
        boolean secret =
                switch (kind) {
                    case PASSWORD -> assigned || hasDigit(value);
                    case HEADER -> hasScheme(text, start) || isSecret(kind, value);
                    default -> isSecret(kind, value);
                };
        return secret ? runEnd(text, end, text.length()) : -1;
    }

    private static boolean isName(char c) {
        return (Chars.kind(c) & Chars.TOKEN) != 0 || Chars.isLetter(c);
    }

    private static boolean isQuote(String text, int at) {
        return Chars.is(text, at, '"') || Chars.is(text, at, '\'') || Chars.is(text, at, '`');
    }

    private static boolean hasDigit(String value) {
        for (int i = 0; i < value.length() && i < LONGEST_LOOK; i++) {
            if (Chars.is(value, i, Chars.DIGIT)) {
                return true;
            }
        }
        return false;
    }

    /** The end of what stands between quotes, without line breaks; -1 if they are not closed soon. */
    private static int quoteEnd(String text, int start) {
        char quote = text.charAt(start - 1);
        boolean escaped = Chars.is(text, start - 2, '\\');
        int most = Math.min(text.length(), start + LONGEST_LOOK);
        for (int i = start; i < most && text.charAt(i) >= ' '; i++) {
            char c = text.charAt(i);
            if (c == quote || escaped && c == '\\') {
                return i;
            }
            i += c == '\\' ? 1 : 0;
        }
        return -1;
    }

    /** Where a value without quotes ends; brackets and punctuation at its end belong to what is around. */
    private static int runEnd(String text, int start, int most) {
        int end = start;
        while (end < text.length()
                && end < most
                && text.charAt(end) > ' '
                && "&;\"'`<>\\".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        while (end > start && ",.)]}".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    /** As in {@code password=read(1)} and {@code token=tokens[i1]}; a password may have a bracket. */
    private static boolean isCode(String value, Kind kind) {
        int end = 0;
        while (end < value.length() && (isName(value.charAt(end)) || value.charAt(end) == '.')) {
            end++;
        }
        return Chars.is(value, end, '(') || kind == Kind.KEY && Chars.is(value, end, '[');
    }

    private static boolean hasScheme(String text, int end) {
        return SCHEMES.stream().anyMatch(s -> text.regionMatches(true, end - s.length(), s, 0, s.length()));
    }

    /** How long the scheme's name is, and the space behind it, at {@code at}. */
    private static int scheme(String text, int at) {
        for (String scheme : SCHEMES) {
            if (text.regionMatches(true, at, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return 0;
    }
}

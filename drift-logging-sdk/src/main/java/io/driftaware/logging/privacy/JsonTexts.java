package io.driftaware.logging.privacy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a redactor to the strings within JSON, names of members included, and to its numbers, which can be a card's. Numbers
 * that are replaced become strings. A string whose member is named like a password or a key becomes {@code [SECRET]}. Nesting
 * is of no concern, so neither is its depth. What comes out is JSON where what goes in is.
 *
 * <p>PostgreSQL keeps one of several members of a name. So names that become the same are numbered: {@code [EMAIL]}, {@code
 * [EMAIL] 2}. A name has the same number wherever it stands in the document.
 */
public final class JsonTexts {
    private final String json;
    private final Redactor redactor;
    private @Nullable StringBuilder out;
    private int copied;
    /** What the name says of the values to come. */
    private Labels.Kind label = Labels.Kind.NONE;
    /** What became of each name, and all that came out. */
    private final Map<String, String> names = new HashMap<>();

    private final Set<String> taken = new HashSet<>();
    /** Where to go on counting, so that many names that become one take no time. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private JsonTexts(String json, Redactor redactor) {
        this.json = json;
        this.redactor = redactor;
    }

    /**
     * {@return the JSON with its strings and numbers redacted}
     *
     * @param json well-formed
     * @param redactor is given each string as it is meant, without escapes
     */
    public static String redact(String json, Redactor redactor) {
        return new JsonTexts(json, redactor).run();
    }

    private String run() {
        int position = 0;
        while (position < json.length()) {
            char c = json.charAt(position);
            if (c == '"') {
                position = string(position + 1);
            } else if (c == '-' || c >= '0' && c <= '9') {
                position = number(position);
            } else {
                label = c == '{' || c == '}' || c == ']' ? Labels.Kind.NONE : label;
                position++;
            }
        }
        return out == null ? json : out.append(json, copied, json.length()).toString();
    }

    /** Returns the position behind the closing quote. */
    private int string(int from) {
        int end = from;
        boolean escaped = false;
        while (end < json.length() && json.charAt(end) != '"') {
            boolean escape = json.charAt(end) == '\\';
            escaped |= escape;
            end += escape ? 2 : 1;
        }
        end = Math.min(end, json.length());
        String raw = json.substring(from, end);
        String text = escaped ? unescaped(raw) : raw;
        if (isName(end + 1)) {
            label = Labels.kind(text);
            String name = names.computeIfAbsent(text, this::newName);
            if (!name.equals(text)) {
                replace(from, end, name, "");
            }
            return end + 1;
        } else if (Labels.isSecret(label, text)) {
            replace(from, end, "[SECRET]", "");
            return end + 1;
        }
        redact(from, end, text, "");
        return end + 1;
    }

    private String newName(String text) {
        String redacted = redactor.redact(text);
        String name = redacted;
        while (!taken.add(name)) {
            name = redacted + " " + numbers.merge(redacted, 2, (n, two) -> n + 1);
        }
        return name;
    }

    private boolean isName(int behind) {
        int position = behind;
        while (position < json.length() && json.charAt(position) <= ' ') {
            position++;
        }
        return position < json.length() && json.charAt(position) == ':';
    }

    private int number(int from) {
        int end = from + 1;
        while (end < json.length() && "+-.eE0123456789".indexOf(json.charAt(end)) >= 0) {
            end++;
        }
        redact(from, end, json.substring(from, end), "\"");
        return end;
    }

    /** @param quote what has to stand around a replacement */
    private void redact(int from, int end, String text, String quote) {
        String redacted = redactor.redact(text);
        if (!redacted.equals(text)) {
            replace(from, end, redacted, quote);
        }
    }

    private void replace(int from, int end, String redacted, String quote) {
        StringBuilder target = out;
        if (target == null) {
            target = new StringBuilder(json.length());
            out = target;
        }
        target.append(json, copied, from).append(quote);
        escape(redacted, target);
        target.append(quote);
        copied = end;
    }

    private static String unescaped(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\' || i + 1 == raw.length()) {
                text.append(c);
                continue;
            }
            i++;
            switch (raw.charAt(i)) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    int end = Math.min(i + 5, raw.length());
                    text.append((char) Integer.parseInt(raw.substring(i + 1, end), 16));
                    i = end - 1;
                }
                default -> text.append(raw.charAt(i));
            }
        }
        return text.toString();
    }

    /** What PostgreSQL's jsonb cannot hold, NUL and half a surrogate pair, becomes U+FFFD: a redactor of one's own may make it. */
    private static void escape(String text, StringBuilder to) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c == 0) {
                to.append('\uFFFD');
            } else if (c < 0x20) {
                to.append("\\u00").append(c < 0x10 ? '0' : '1').append(Character.forDigit(c & 0xF, 16));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                to.append(c).append(text.charAt(++i));
            } else {
                to.append(Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
    }
}

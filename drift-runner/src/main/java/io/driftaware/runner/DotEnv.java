package io.driftaware.runner;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a {@code .env} file: {@code NAME=VALUE} lines, {@code export} in front, single or double quotes, comments on
 * lines of their own and behind a value. A {@code #} belongs to an unquoted value unless white space stands before it.
 * The last line of a name wins. {@code $} has no meaning.
 */
final class DotEnv {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
    private static final Pattern EXPORT = Pattern.compile("^export\\s+");
    private static final Pattern COMMENT_BEHIND = Pattern.compile("(^|\\s)#.*$");

    private DotEnv() {}

    /** The file's settings; none where there is no such file. */
    static Map<String, String> read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException absent) {
            return Map.of();
        } catch (MalformedInputException notText) {
            throw new ConfigException(List.of(file + " is not UTF-8 text; save it as UTF-8"));
        } catch (IOException e) {
            throw new ConfigException(List.of(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "); make it readable, or remove it"));
        }
    }

    static Map<String, String> parse(String text, String file) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
        int number = 0;
        for (String line : withoutMark.lines().toList()) {
            number++;
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            try {
                assignment(EXPORT.matcher(stripped).replaceFirst(""), values);
            } catch (IllegalArgumentException e) {
                problems.add(file + " line " + number + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return values;
    }

    // A bad line's own text stays out of the message: it may be a secret.
    private static void assignment(String line, Map<String, String> values) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("no '='; write NAME=VALUE");
        }
        String name = line.substring(0, equals).strip();
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a name; use letters, digits and '_'");
        }
        String value = line.substring(equals + 1).strip();
        boolean quoted = value.startsWith("\"") || value.startsWith("'");
        values.put(
                name,
                quoted
                        ? quoted(name, value)
                        : COMMENT_BEHIND.matcher(value).replaceFirst("").strip());
    }

    private static String quoted(String name, String value) {
        char quote = value.charAt(0);
        StringBuilder out = new StringBuilder();
        int i = 1;
        while (i < value.length() && value.charAt(i) != quote) {
            char c = value.charAt(i++);
            if (c == '\\' && quote == '"' && i < value.length()) {
                c = unescaped(value.charAt(i++), out);
            }
            out.append(c);
        }
        if (i >= value.length()) {
            throw new IllegalArgumentException("the value of " + name + " has no closing " + quote + "; add it");
        }
        String rest = value.substring(i + 1).strip();
        if (!rest.isEmpty() && !rest.startsWith("#")) {
            throw new IllegalArgumentException(
                    "text behind the closing " + quote + " of " + name + "; put it inside, or behind a #");
        }
        return out.toString();
    }

    private static char unescaped(char c, StringBuilder out) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '\\', '"', '$' -> c;
            default -> {
                out.append('\\');
                yield c;
            }
        };
    }
}

package io.driftaware.deploy.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that an expression or a template of Prometheus names, and the labels that it selects them by. */
final class PromQlNames {
    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern SELECTOR = Pattern.compile("\\{[^}]*}");
    private static final Pattern DURATION = Pattern.compile("\\[[^]]*]");
    private static final Pattern LABEL_LIST =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*(?!\\s*\\()(?![\\w:])");
    private static final Pattern IN_TEMPLATE = Pattern.compile("\\b(drift:[\\w:]+)\\{");
    private static final Pattern SELECTED = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|=|!~|!=)\\s*\"([^\"]*)\"");
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset", "by", "without");

    private PromQlNames() {}

    /** One {@code label="value"} of a selector; the value may be a regular expression. */
    record Selection(String metric, String label, String value) {}

    /** The metrics that an expression reads. */
    static Set<String> metrics(String expression) {
        String bare = expression;
        for (Pattern noise : List.of(STRING, SELECTOR, DURATION, LABEL_LIST)) {
            bare = noise.matcher(bare).replaceAll(" ");
        }
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(bare);
        while (name.find()) {
            if (!KEYWORDS.contains(name.group())) {
                names.add(name.group());
            }
        }
        return names;
    }

    /** The recorded series that the query in a template reads. */
    static Set<String> metricsOfTemplate(String template) {
        Set<String> names = new TreeSet<>();
        IN_TEMPLATE.matcher(template).results().forEach(match -> names.add(match.group(1)));
        return names;
    }

    /** What the selectors of an expression ask for. */
    static List<Selection> selections(String expression) {
        List<Selection> selections = new ArrayList<>();
        Matcher selected = SELECTED.matcher(expression);
        while (selected.find()) {
            MATCHER.matcher(selected.group(2))
                    .results()
                    .forEach(match -> selections.add(new Selection(selected.group(1), match.group(1), match.group(3))));
        }
        return selections;
    }
}

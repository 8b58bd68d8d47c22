package io.driftaware.deploy.monitoring;

import io.driftaware.deploy.Project;
import java.util.List;
import java.util.regex.Pattern;

/** What docs/runbooks.md tells people to run and look at. */
final class Runbooks {
    private static final Pattern SECTION = Pattern.compile("(?m)^## (.+)$");
    private static final Pattern SQL = Pattern.compile("(?ms)^```sql\\n(.*?)^```$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern INLINE_CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");

    private final String text;

    Runbooks() {
        text = Project.text("docs/runbooks.md");
    }

    List<String> sections() {
        return groups(SECTION, text);
    }

    List<String> sql() {
        return groups(SQL, text);
    }

    /** The first SQL of a section. */
    String sqlOf(String section) {
        return groups(SQL, text.substring(text.indexOf("\n## " + section + "\n")))
                .get(0);
    }

    List<String> inlineCode() {
        return groups(INLINE_CODE, FENCED.matcher(text).replaceAll(""));
    }

    List<String> links() {
        return groups(LINK, text);
    }

    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }
}

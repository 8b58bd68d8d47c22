package io.driftaware.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A block of Java on a page.
 *
 * @param page that it stands on
 * @param line where it begins
 * @param source file of which it is a part; null where the page names none
 * @param mark of that part
 * @param text as it stands there
 */
record JavaBlock(String page, long line, @Nullable String source, @Nullable String mark, String text) {
    static final Path ROOT = Path.of(System.getProperty("drift.root", "../.."));

    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- snippet: (\\S+) (\\S+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);

    static List<JavaBlock> of(String page) throws IOException {
        String text = Files.readString(ROOT.resolve(page));
        List<JavaBlock> blocks = new ArrayList<>();
        BLOCK.matcher(text)
                .results()
                .forEach(block -> blocks.add(new JavaBlock(
                        page,
                        text.substring(0, block.start(3)).lines().count() + 1,
                        block.group(1),
                        block.group(2),
                        block.group(3))));
        return blocks;
    }

    /** Holds it against its source. */
    void isThatOfItsSource() throws IOException {
        assertThat(source).as("source of %s:%n%s", this, text).isNotNull();
        String code = Files.readString(ROOT.resolve(source));
        String start = "// snippet: " + mark + "\n";
        assertThat(code).contains(start);
        String body = code.substring(code.indexOf(start) + start.length());
        assertThat(text)
                .isEqualTo(body.substring(0, body.indexOf("// end"))
                                .stripTrailing()
                                .stripIndent()
                        + "\n");
    }

    @Override
    public String toString() {
        return page + ":" + line;
    }
}

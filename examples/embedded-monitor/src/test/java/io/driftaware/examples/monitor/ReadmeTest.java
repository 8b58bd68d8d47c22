package io.driftaware.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java of the README and of the first walk is compiled and run elsewhere: a block is what stands between its marks there. */
class ReadmeTest {
    private static final List<String> PAGES = List.of("README.md", "docs/first-drift.md");
    private static final Path ROOT = Path.of(System.getProperty("drift.root", "../.."));
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- snippet: (\\S+) (\\S+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");

    static Stream<MatchResult> javaBlocks() throws IOException {
        List<MatchResult> blocks = new ArrayList<>();
        for (String page : PAGES) {
            BLOCK.matcher(text(page)).results().forEach(blocks::add);
        }
        return blocks.stream();
    }

    @ParameterizedTest
    @MethodSource("javaBlocks")
    void java_on_the_pages_is_code_that_runs(MatchResult block) throws IOException {
        assertThat(block.group(1)).as("source of the block:%n%s", block.group()).isNotNull();
        String source = Files.readString(ROOT.resolve(block.group(1)));

        assertThat(block.group(3)).isEqualTo(marked(source, block.group(2)));
    }

    @Test
    void the_pages_show_logging_monitoring_beans_and_a_first_drift() throws IOException {
        assertThat(javaBlocks()).hasSize(4);
    }

    @Test
    void files_that_the_readme_links_to_are_there() throws IOException {
        List<String> links = LINK.matcher(text("README.md"))
                .results()
                .map(link -> link.group(1))
                .toList();

        assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(ROOT.resolve(link))
                .exists());
    }

    private static String marked(String source, String name) {
        String start = "// snippet: " + name + "\n";
        assertThat(source).contains(start);
        String body = source.substring(source.indexOf(start) + start.length());
        return body.substring(0, body.indexOf("// end")).stripTrailing().stripIndent() + "\n";
    }

    private static String text(String page) throws IOException {
        return Files.readString(ROOT.resolve(page));
    }
}

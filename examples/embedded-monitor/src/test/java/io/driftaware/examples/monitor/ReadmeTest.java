package io.driftaware.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java of the README is compiled and run elsewhere: each block has to be what stands between its marks there. */
class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("drift.root", "../.."));
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- snippet: (\\S+) (\\S+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");

    static Stream<MatchResult> javaBlocks() throws IOException {
        return BLOCK.matcher(readme()).results();
    }

    @ParameterizedTest
    @MethodSource("javaBlocks")
    void java_in_the_readme_is_code_that_runs(MatchResult block) throws IOException {
        assertThat(block.group(1)).as("source of the block:%n%s", block.group()).isNotNull();
        String source = Files.readString(ROOT.resolve(block.group(1)));

        assertThat(block.group(3)).isEqualTo(marked(source, block.group(2)));
    }

    @Test
    void the_readme_shows_logging_monitoring_and_beans() throws IOException {
        assertThat(javaBlocks()).hasSize(3);
    }

    @Test
    void files_that_the_readme_links_to_are_there() throws IOException {
        List<String> links =
                LINK.matcher(readme()).results().map(link -> link.group(1)).toList();

        assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(ROOT.resolve(link))
                .exists());
    }

    private static String marked(String source, String name) {
        String start = "// snippet: " + name + "\n";
        assertThat(source).contains(start);
        String body = source.substring(source.indexOf(start) + start.length());
        return body.substring(0, body.indexOf("// end")).stripTrailing().stripIndent() + "\n";
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }
}

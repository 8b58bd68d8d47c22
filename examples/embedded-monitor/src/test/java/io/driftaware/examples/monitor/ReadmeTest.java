package io.driftaware.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java of the README and of the first walk is compiled and run elsewhere: a block is what stands between its marks there. */
class ReadmeTest {
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");

    static List<JavaBlock> javaBlocks() throws IOException {
        return Stream.concat(JavaBlock.of("README.md").stream(), JavaBlock.of("docs/first-drift.md").stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("javaBlocks")
    void java_on_the_pages_is_code_that_runs(JavaBlock block) throws IOException {
        block.isThatOfItsSource();
    }

    @Test
    void the_pages_show_logging_monitoring_beans_and_a_first_drift() throws IOException {
        assertThat(javaBlocks()).hasSize(4);
    }

    @Test
    void files_that_the_readme_links_to_are_there() throws IOException {
        List<String> links = LINK.matcher(Files.readString(JavaBlock.ROOT.resolve("README.md")))
                .results()
                .map(link -> link.group(1))
                .toList();

        assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(JavaBlock.ROOT.resolve(link))
                .exists());
    }
}

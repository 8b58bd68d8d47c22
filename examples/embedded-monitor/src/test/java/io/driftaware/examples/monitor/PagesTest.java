package io.driftaware.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All Java of the manual is part of code that runs elsewhere, where a page names that, and compiles as it stands where it does not. */
class PagesTest {
    @TempDir
    Path folder;

    static List<JavaBlock> blocks() throws IOException {
        List<JavaBlock> blocks = new ArrayList<>();
        for (String page : pages()) {
            blocks.addAll(JavaBlock.of(page));
        }
        return blocks;
    }

    private static List<String> pages() throws IOException {
        try (Stream<Path> root = Files.list(JavaBlock.ROOT);
                Stream<Path> docs = Files.walk(JavaBlock.ROOT.resolve("docs"))) {
            return Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(file -> JavaBlock.ROOT.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void java_on_a_page_is_java(JavaBlock block) throws IOException {
        if (block.source() != null) {
            block.isThatOfItsSource();
        } else {
            assertThat(new PageCompiler(folder).complaints(block.text()))
                    .as("%s:%n%s", block, block.text())
                    .isEmpty();
        }
    }

    @Test
    void the_pages_with_java_are_found() throws IOException {
        assertThat(blocks())
                .extracting(JavaBlock::page)
                .contains("README.md", "docs/first-drift.md", "docs/sdk.md", "docs/dashboard.md", "docs/actions.md");
    }

    @Test
    void what_does_not_compile_is_found() {
        PageCompiler compiler = new PageCompiler(folder);

        assertThat(compiler.complaints("logger.nothingOfTheKind();\n")).isNotEmpty();
        assertThat(compiler.complaints("class Mine implements Redactor {}\n")).isNotEmpty();
        assertThat(compiler.complaints("String mine() {\n    return 1;\n}\n")).isNotEmpty();
        assertThat(compiler.complaints("logger.close();\n")).isEmpty();
    }
}

package io.driftaware.logging.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/sdk-concurrency.md says of every field that can change whose it is, and names none that is gone. */
final class ConcurrencyReviewTest {
    private static final Pattern ROW = Pattern.compile("\\|([^|]*)\\|([^|]*)\\|([^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`([A-Za-z_.]+)`");

    private static final JavaClasses SDK = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.driftaware.logging");

    /** {@code Class.field}, or {@code Class.*} for all of a class. */
    private static Set<String> reviewed() throws IOException {
        Set<String> reviewed = new HashSet<>();
        String text = Files.readString(Path.of(System.getProperty("drift.root"), "docs", "sdk-concurrency.md"));
        for (String line :
                text.substring(text.indexOf("## Fields that")).lines().toList()) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                boolean all = row.group(2).strip().equals("all");
                for (String type : names(row.group(1))) {
                    Stream<String> fields = all ? Stream.of("*") : names(row.group(2)).stream();
                    fields.forEach(field -> reviewed.add(type + "." + field));
                }
            }
        }
        return reviewed;
    }

    private static Collection<String> names(String cell) {
        return NAME.matcher(cell)
                .results()
                .map(MatchResult::group)
                .map(n -> n.replace("`", ""))
                .toList();
    }

    /** As in the document: without its package, an inner class behind the outer one's name. */
    private static String nameOf(JavaClass type) {
        return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    }

    @Test
    void every_field_that_can_change_has_its_guard_written_down() throws IOException {
        Set<String> reviewed = reviewed();
        Set<String> missing = new TreeSet<>();
        int fields = 0;
        for (JavaClass type : SDK) {
            for (JavaField field : type.getFields()) {
                if (!field.getModifiers().contains(JavaModifier.FINAL)) {
                    fields++;
                    if (!reviewed.contains(nameOf(type) + ".*")
                            && !reviewed.contains(nameOf(type) + "." + field.getName())) {
                        missing.add(nameOf(type) + "." + field.getName());
                    }
                }
            }
        }
        assertThat(fields).isGreaterThan(100);
        assertThat(missing).isEmpty();
    }

    @Test
    void no_field_is_named_that_is_not_there() throws IOException {
        Set<String> there = new HashSet<>();
        for (JavaClass type : SDK) {
            there.add(nameOf(type) + ".*");
            type.getFields().forEach(field -> there.add(nameOf(type) + "." + field.getName()));
        }
        assertThat(reviewed()).isNotEmpty().isSubsetOf(there);
    }
}

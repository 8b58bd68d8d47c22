package io.driftaware.runner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.zaxxer.hikari.HikariConfig;
import io.driftaware.logging.DriftLogger;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final ArchRule NO_SDK = noClasses()
            .that()
            .resideInAPackage("io.driftaware.runner..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.driftaware.logging..")
            .because("the SQL schema is the contract between writers and the monitor");

    private static final ArchRule OPTIONAL_ONLY_IN_CLI = noClasses()
            .that()
            .resideInAPackage("io.driftaware.runner..")
            .and()
            .resideOutsideOfPackage("io.driftaware.runner.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "com.zaxxer.hikari..", "ch.qos.logback..")
            .because("they are optional, and an embedded monitor works without them");

    private static final ArchRule CLI_AND_WEB_ON_TOP = noClasses()
            .that()
            .resideInAPackage("io.driftaware.runner..")
            .and()
            .resideOutsideOfPackages("io.driftaware.runner.cli..", "io.driftaware.runner.web..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.driftaware.runner.cli..", "io.driftaware.runner.web..");

    private static final ArchRule STORE_AT_THE_BOTTOM = noClasses()
            .that()
            .resideInAPackage("io.driftaware.runner.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.driftaware.runner", "io.driftaware.runner.action..", "io.driftaware.runner.metrics..");

    private static final ArchRule SQL_IN_FEW_PLACES = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.driftaware.runner.store..",
                    "io.driftaware.runner.view..",
                    "io.driftaware.runner.reindex..",
                    "io.driftaware.runner.retrain..",
                    "io.driftaware.runner.action..",
                    "io.driftaware.runner.cli..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Statement.class)
            .because("the package comment of store says where there is SQL");

    private static final ArchRule TIME_IS_INJECTED =
            noClasses().should().callMethod(Instant.class, "now").because("time comes from an InstantSource");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.driftaware.runner");

    @Test
    void the_runner_does_not_know_the_sdk() {
        NO_SDK.check(MAIN);
    }

    @Test
    void optional_libraries_are_touched_by_the_command_line_only() {
        OPTIONAL_ONLY_IN_CLI.check(MAIN);
    }

    @Test
    void packages_depend_downwards() {
        CLI_AND_WEB_ON_TOP.check(MAIN);
        STORE_AT_THE_BOTTOM.check(MAIN);
    }

    @Test
    void sql_stands_where_the_store_says_that_it_does() {
        SQL_IN_FEW_PLACES.check(MAIN);
    }

    @Test
    void nothing_reads_the_clock_by_itself() {
        TIME_IS_INJECTED.check(MAIN);
    }

    @Test
    void the_rules_bite() {
        JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
        for (ArchRule rule : new ArchRule[] {NO_SDK, OPTIONAL_ONLY_IN_CLI, SQL_IN_FEW_PLACES, TIME_IS_INJECTED}) {
            assertThatThrownBy(() -> rule.check(offender)).isInstanceOf(AssertionError.class);
        }
        assertThat(MAIN).hasSizeGreaterThan(50);
    }

    /** What no class of the runner may look like. */
    private record Offender(DriftLogger logger, HikariConfig pool, PreparedStatement statement, Instant time) {
        static Offender now(DriftLogger logger, HikariConfig pool, PreparedStatement statement) {
            return new Offender(logger, pool, statement, Instant.now());
        }
    }
}

package io.driftaware.logging.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.driftaware.logging.DriftLoggerMetrics;
import io.driftaware.logging.spool.SpoolOutlaw;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows of the design: an app that logs carries the driver, pgvector-java and slf4j, nothing of the monitor. */
final class ArrowsTest {
    private static final JavaClasses SDK = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.driftaware.logging");

    private static final ArchRule FEW_LIBRARIES = classes()
            .that()
            .doNotBelongToAnyOf(DriftLoggerMetrics.class)
            .should()
            .onlyDependOnClassesThat(allowed());

    private static final ArchRule METRICS_MAY_USE_SIMPLECLIENT = classes()
            .that()
            .belongToAnyOf(DriftLoggerMetrics.class)
            .should()
            .onlyDependOnClassesThat(allowed().or(resideInAnyPackage("io.prometheus.client")));

    private static final ArchRule NOBODY_NEEDS_THE_METRICS = noClasses()
            .that()
            .doNotBelongToAnyOf(DriftLoggerMetrics.class)
            .should()
            .dependOnClassesThat(belongToAnyOf(DriftLoggerMetrics.class));

    private static final ArchRule THE_PACKAGES_BELOW_KNOW_NO_EVENTS = noClasses()
            .that()
            .resideInAnyPackage("io.driftaware.logging.postgres", "io.driftaware.logging.privacy")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.driftaware.logging");

    private static final ArchRule THE_SPOOL_KNOWS_BYTES_ONLY = noClasses()
            .that()
            .resideInAPackage("io.driftaware.logging.spool")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.driftaware.logging", "io.driftaware.logging.postgres", "java.sql..");

    private static final ArchRule TIME_IS_INJECTED = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    private static final ArchRule NOTHING_IS_PRINTED =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");

    private static final List<ArchRule> RULES = List.of(
            FEW_LIBRARIES,
            METRICS_MAY_USE_SIMPLECLIENT,
            NOBODY_NEEDS_THE_METRICS,
            THE_PACKAGES_BELOW_KNOW_NO_EVENTS,
            THE_SPOOL_KNOWS_BYTES_ONLY,
            TIME_IS_INJECTED,
            NOTHING_IS_PRINTED);

    private static DescribedPredicate<JavaClass> allowed() {
        return resideInAnyPackage(
                "java..",
                "javax.sql",
                "javax.crypto..",
                "org.postgresql..",
                "com.pgvector",
                "org.slf4j",
                "org.jspecify.annotations",
                "io.driftaware.logging..");
    }

    static Stream<ArchRule> rules() {
        return RULES.stream();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void the_sdk_keeps_the_rule(ArchRule rule) {
        rule.check(SDK);
    }

    static Stream<Class<?>> outlaws() {
        return Stream.of(Outlaws.class.getDeclaredClasses());
    }

    @ParameterizedTest
    @MethodSource("outlaws")
    void every_outlaw_breaks_a_rule(Class<?> outlaw) {
        JavaClasses one = new ClassFileImporter().importClasses(outlaw);
        assertThat(RULES.stream().filter(rule -> breaks(rule, one)).count()).isEqualTo(1);
    }

    @Test
    void a_spool_that_knows_events_breaks_a_rule() {
        assertThat(breaks(THE_SPOOL_KNOWS_BYTES_ONLY, new ClassFileImporter().importClasses(SpoolOutlaw.class)))
                .isTrue();
    }

    @Test
    void there_are_outlaws_to_test_the_rules_with() {
        assertThat(outlaws()).hasSize(6);
    }

    private static boolean breaks(ArchRule rule, JavaClasses classes) {
        return rule.allowEmptyShould(true).evaluate(classes).hasViolation();
    }
}

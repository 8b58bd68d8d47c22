package io.driftaware.core.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** drift-core is pure: the same input gives the same output, anywhere, and nothing else happens. */
class PurityTest {

    private static final ArchRule KNOWN_DEPENDENCIES_ONLY = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.driftaware.core..",
                            "java.lang..",
                            "java.math",
                            "java.time",
                            "java.util",
                            "java.util.function",
                            "java.util.regex",
                            "java.util.stream",
                            "org.ejml..",
                            "org.apache.commons.statistics..",
                            "org.apache.commons.numbers..",
                            "org.jspecify.annotations")
                    // Views of arrays in memory; the other buffers and the channels stay out.
                    .or(belongToAnyOf(ByteBuffer.class, ByteOrder.class, FloatBuffer.class)));

    private static final ArchRule NO_CLOCK_AND_NO_THREAD = noClasses()
            .should()
            .dependOnClassesThat(belongToAnyOf(
                    Clock.class, InstantSource.class, Thread.class, ThreadLocal.class, Process.class, Runtime.class));

    private static final ArchRule NO_HIDDEN_INPUT = noClasses()
            .should()
            .accessTargetWhere(describe("reads the time, the system or global randomness", PurityTest::isHiddenInput));

    private static final ArchRule PURE = CompositeArchRule.of(KNOWN_DEPENDENCIES_ONLY)
            .and(NO_CLOCK_AND_NO_THREAD)
            .and(NO_HIDDEN_INPUT);

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.driftaware.core");

    private static final JavaClasses IMPURE = new ClassFileImporter().importClasses(Impure.class.getDeclaredClasses());

    @Test
    void core_is_pure() {
        assertThat(CORE).hasSizeGreaterThan(20);
        PURE.check(CORE);
    }

    @Test
    void profiles_know_no_detectors_and_detectors_no_policy() {
        SlicesRuleDefinition.slices()
                .matching("io.driftaware.core.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("..core.profile..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("..core.detect..", "..core.policy.."))
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("..core.detect..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("..core.policy.."))
                .check(CORE);
    }

    @ParameterizedTest
    @MethodSource("impureClasses")
    void the_rule_bites(Class<?> impure) {
        JavaClasses one = IMPURE.that(equivalentTo(impure));
        assertThat(one).hasSize(1);
        assertThat(PURE.evaluate(one).hasViolation()).isTrue();
    }

    static Stream<Class<?>> impureClasses() {
        return Stream.of(Impure.class.getDeclaredClasses());
    }

    private static boolean isHiddenInput(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        int parameters = access.getTarget() instanceof CodeUnitCallTarget call
                ? call.getRawParameterTypes().size()
                : 0;
        return switch (name) {
            case "now" -> owner.getPackageName().equals("java.time");
            case "random" -> owner.isEquivalentTo(Math.class) || owner.isEquivalentTo(StrictMath.class);
            case "randomUUID", "parallelStream", "parallel" -> true;
            case "shuffle" -> parameters == 1;
            case "<init>" ->
                parameters == 0 && (owner.isEquivalentTo(Random.class) || owner.isEquivalentTo(SplittableRandom.class));
            default -> owner.isEquivalentTo(System.class) && !name.equals("arraycopy");
        };
    }
}

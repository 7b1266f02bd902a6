package dev.aligner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final JavaClasses core =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.aligner");

  @Test
  void rules_lookAtTheWholeModule() {
    assertThat(core).hasSizeGreaterThanOrEqualTo(80);
  }

  @Test
  void core_dependsOnNothingButJavaSlf4jAndJackson() {
    classes()
        .that()
        .resideOutsideOfPackages("dev.aligner.cache..", "dev.aligner.metrics..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.aligner..", "java..", "org.slf4j..", "com.fasterxml.jackson..", "org.jspecify..")
        .check(core);
  }

  /** Both libraries are optional, so nothing else may lead to them. */
  @Test
  void optionalDependencies_haveARoomEach() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.aligner.cache..", "dev.aligner.metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.aligner.cache..", "dev.aligner.metrics..")
        .check(core);
    noClasses()
        .that()
        .resideInAPackage("dev.aligner.cache..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(core);
    noClasses()
        .that()
        .resideInAPackage("dev.aligner.metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.github.benmanes..")
        .check(core);
  }

  @Test
  void internalPackages_areNotInTheApi() {
    noClasses()
        .that()
        .resideInAPackage("dev.aligner.internal..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.aligner.model..")
        .check(core);
    noClasses()
        .that()
        .resideOutsideOfPackage("..internal..")
        .should()
        .beAssignableTo("dev.aligner.internal.EditRatio")
        .check(core);
  }

  @Test
  void library_writesToNoConsoleAndEndsNoJvm() {
    noClasses().should().accessField(System.class, "out").check(core);
    noClasses().should().accessField(System.class, "err").check(core);
    noClasses().should().callMethod(System.class, "exit", int.class).check(core);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(core);
  }
}

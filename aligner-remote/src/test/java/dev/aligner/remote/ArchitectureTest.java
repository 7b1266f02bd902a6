package dev.aligner.remote;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final JavaClasses remote =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.aligner.remote");

  @Test
  void rules_lookAtTheWholeModule() {
    assertThat(remote).hasSizeGreaterThanOrEqualTo(30);
  }

  @Test
  void remote_dependsOnNothingButTheCoreTheJdkAndJackson() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.aligner",
            "dev.aligner.internal",
            "dev.aligner.remote..",
            "java..",
            "com.fasterxml.jackson..",
            "org.jspecify..")
        .check(remote);
  }

  @Test
  void onlyTheTransport_sends() {
    noClasses()
        .that()
        .resideInAPackage("dev.aligner.remote.internal")
        .and()
        .doNotHaveSimpleName("Transport")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.net.http.HttpClient")
        .check(remote);
  }

  @Test
  void library_logsNothingWritesToNoConsoleAndEndsNoJvm() {
    noClasses().should().dependOnClassesThat().resideInAPackage("org.slf4j..").check(remote);
    noClasses().should().dependOnClassesThat().areAssignableTo(System.Logger.class).check(remote);
    noClasses().should().accessField(System.class, "out").check(remote);
    noClasses().should().accessField(System.class, "err").check(remote);
    noClasses().should().callMethod(System.class, "exit", int.class).check(remote);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(remote);
  }
}

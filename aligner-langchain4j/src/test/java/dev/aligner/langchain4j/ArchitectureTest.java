package dev.aligner.langchain4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final JavaClasses module =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .importPackages("dev.aligner.langchain4j");

  @Test
  void rules_lookAtTheWholeModule() {
    assertThat(module).hasSizeGreaterThanOrEqualTo(10);
  }

  @Test
  void module_dependsOnCoreAndTheCoreOfLangChain4jAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.aligner",
            "dev.aligner.policy",
            "dev.aligner.langchain4j",
            "dev.langchain4j..",
            "com.fasterxml.jackson.core..",
            "java..",
            "org.jspecify..")
        .check(module);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.langchain4j.service..", "dev.langchain4j.internal..")
        .check(module);
  }

  /** Users never meet two types named ChatModel: what they see of ours are these two. */
  @Test
  void door_isOneClassAndTheChoiceOfTheQuestion() {
    assertThat(
            module.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("LangChain4jAligner", "Question");
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.aligner\\.(Streaming)?ChatModel")
        .check(module);
  }
}

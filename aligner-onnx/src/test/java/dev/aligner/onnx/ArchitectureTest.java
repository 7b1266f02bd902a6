package dev.aligner.onnx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final String INTERNAL = "dev.aligner.onnx.internal.";

  private final JavaClasses onnx =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .withImportOption(location -> location.contains("aligner-onnx"))
          .importPackages("dev.aligner.onnx");

  @Test
  void rules_lookAtTheWholeModule() {
    assertThat(onnx).hasSizeGreaterThanOrEqualTo(50);
  }

  @Test
  void onlyTheSessionRoom_knowsOnnxRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackage(INTERNAL + "session..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(onnx);
  }

  @Test
  void onlyTheBindingRoom_knowsTheApiOfC() {
    noClasses()
        .that()
        .resideOutsideOfPackage(INTERNAL + "session.binding")
        .and()
        .doNotHaveSimpleName("TelemetryOptOut")
        .and()
        .doNotHaveSimpleName("NativeMemory")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .check(onnx);
    noClasses()
        .that()
        .resideInAPackage(INTERNAL + "session.binding")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(INTERNAL + "session", INTERNAL + "graph", INTERNAL + "model")
        .check(onnx);
  }

  @Test
  void onlyTheTokenizerRoom_knowsDjl() {
    noClasses()
        .that()
        .resideOutsideOfPackage(INTERNAL + "tokenize")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(onnx);
  }

  @Test
  void search_knowsNoRuntimeAndNoOtherRoom() {
    classes()
        .that()
        .resideInAPackage(INTERNAL + "decode..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            INTERNAL + "decode..",
            "dev.aligner",
            "dev.aligner.onnx",
            "java..",
            "org.jspecify.annotations")
        .check(onnx);
  }

  @Test
  void batches_knowNoRuntimeAndNoRoomButSearch() {
    classes()
        .that()
        .resideInAPackage(INTERNAL + "batch")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            INTERNAL + "batch",
            INTERNAL + "decode",
            "dev.aligner",
            "dev.aligner.onnx",
            "java..",
            "org.jspecify.annotations")
        .check(onnx);
  }

  @Test
  void filesAndSegments_knowNoRuntime() {
    noClasses()
        .that()
        .resideInAnyPackage(INTERNAL + "model", INTERNAL + "segment")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(INTERNAL + "session", INTERNAL + "tokenize", INTERNAL + "decode")
        .check(onnx);
  }

  @Test
  void graphs_knowNoRuntimeAndNoRoomButFiles() {
    classes()
        .that()
        .resideInAPackage(INTERNAL + "graph")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            INTERNAL + "graph", INTERNAL + "model", "java..", "org.jspecify.annotations")
        .check(onnx);
  }

  @Test
  void onlyTheSessionRoom_knowsGraphs() {
    noClasses()
        .that()
        .resideOutsideOfPackages(INTERNAL + "graph", INTERNAL + "session")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(INTERNAL + "graph")
        .check(onnx);
  }

  /** A template comes with a model; what renders it can reach nothing but values. */
  @Test
  void chatTemplates_knowNoRuntimeAndNoReflection() {
    classes()
        .that()
        .resideInAPackage(INTERNAL + "chat")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            INTERNAL + "chat",
            INTERNAL + "model",
            "dev.aligner",
            "com.fasterxml.jackson.databind..",
            "java.io",
            "java.lang",
            "java.lang.runtime",
            "java.lang.invoke",
            "java.math",
            "java.nio..",
            "java.time..",
            "java.util..",
            "org.jspecify.annotations")
        .check(onnx);
  }

  @Test
  void publicApi_exposesNothingInternal() {
    classes()
        .that()
        .resideInAPackage("dev.aligner.onnx")
        .and()
        .arePublic()
        .should(PublicApi.exposeNoType(INTERNAL))
        .check(onnx);
  }

  @Test
  void systemProperties_areSetInOneClassAlone() {
    noClasses()
        .that()
        .doNotHaveSimpleName("DjlSettings")
        .should()
        .callMethod(System.class, "setProperty", String.class, String.class)
        .check(onnx);
  }

  @Test
  void library_writesToNoConsoleAndEndsNoJvm() {
    noClasses().should().accessField(System.class, "out").check(onnx);
    noClasses().should().accessField(System.class, "err").check(onnx);
    noClasses().should().callMethod(System.class, "exit", int.class).check(onnx);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(onnx);
  }
}

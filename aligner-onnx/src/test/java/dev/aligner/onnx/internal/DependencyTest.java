package dev.aligner.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.EngineUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DependencyTest {

  @ParameterizedTest
  @EnumSource(Dependency.class)
  void testedVersion_isWhatTheBuildPins(Dependency dependency) {
    assertThat(dependency.testedVersion()).matches("\\d+\\.\\d+\\.\\d+");
  }

  @ParameterizedTest
  @EnumSource(Dependency.class)
  void require_testedVersion_passes(Dependency dependency) {
    assertThatCode(() -> dependency.require(dependency.testedVersion())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%d.%d.%d", "%d.%d.%d-rc1", "%d.%d.%d+cuda", "%d.%d.%d.4", "%d.%d.9", "9999"})
  void require_sameOrNewer_passes(String pattern) {
    String found = pattern.formatted(tested(0), tested(1), tested(2));

    assertThatCode(() -> Dependency.ONNX_RUNTIME.require(found)).doesNotThrowAnyException();
  }

  @Test
  void require_newer_comparesNumbersNotText() {
    int minor = tested(1);

    assertThatCode(() -> Dependency.ONNX_RUNTIME.require(tested(0) + "." + minor * 10))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Dependency.ONNX_RUNTIME.require(tested(0) + ".9.99"))
        .isInstanceOf(EngineUnavailableException.class);
  }

  @Test
  void require_older_tellsTheLinesThatMendIt() {
    String expected = Dependency.ONNX_RUNTIME.testedVersion();

    assertThatThrownBy(() -> Dependency.ONNX_RUNTIME.require("1.17.1"))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("found 1.17.1")
        .hasMessageContaining("expected " + expected + " or newer")
        .hasMessageContaining("Fix:")
        .hasMessageContaining(
            """
            <dependencyManagement>
              <dependencies>
                <dependency>
                  <groupId>com.microsoft.onnxruntime</groupId>
                  <artifactId>onnxruntime</artifactId>
                  <version>%s</version>
                </dependency>
              </dependencies>
            </dependencyManagement>"""
                .formatted(expected));
    assertThatThrownBy(() -> Dependency.TOKENIZERS.require("0.30.0"))
        .hasMessageContaining("<groupId>ai.djl.huggingface</groupId>")
        .hasMessageContaining("<artifactId>tokenizers</artifactId>")
        .hasMessageContaining(Dependency.TOKENIZERS.testedVersion());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "unknown", "v1", ".", "...", "1..2", "-1.2.3", "٣.٤", "0"})
  void require_noVersion_isTooOld(String found) {
    assertThatThrownBy(() -> Dependency.ONNX_RUNTIME.require(found))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining(found.isBlank() ? "found an unknown version" : "found " + found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999999999999999999", "1.99999999999999999999.0", "2026112317.0"})
  void require_hugeNumbers_areNewer(String found) {
    assertThatCode(() -> Dependency.ONNX_RUNTIME.require(found)).doesNotThrowAnyException();
  }

  private static int tested(int part) {
    return Integer.parseInt(Dependency.ONNX_RUNTIME.testedVersion().split("\\.", -1)[part]);
  }
}

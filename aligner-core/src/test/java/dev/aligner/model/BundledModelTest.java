package dev.aligner.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundledModelTest {

  /** A model whose resources lie in src/test/resources/META-INF/aligner. */
  public static class Fixture extends BundledModel {

    public Fixture() {
      super("fixture");
    }

    Fixture(String name) {
      super(name);
    }
  }

  @Test
  void available_findsRegisteredModels() {
    assertThat(BundledModel.available()).extracting(BundledModel::name).containsExactly("fixture");
  }

  @Test
  void available_withoutContextClassLoader_findsThemToo() {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
      assertThat(BundledModel.available()).hasSize(1);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void manifest_isRead() throws IOException {
    BundledModel model = new Fixture();

    assertThat(model.licence()).isEqualTo("CC0-1.0");
    assertThat(model.files()).hasSize(1);
    ModelFile file = model.files().get(0);
    assertThat(file.path()).isEqualTo("hello.txt");
    assertThat(file.size()).isEqualTo(6);
    assertThat(file.sha256())
        .isEqualTo("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    try (InputStream stream = model.open(file)) {
      assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nowhere, none in the jar",
    "broken-text, text that is not JSON",
    "broken-licence, none",
    "broken-path, path",
    "broken-digest, abc",
    "broken-empty, none"
  })
  void manifest_unusable_saysWhat(String name, String found) {
    assertThatThrownBy(() -> new Fixture(name))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("manifest.json")
        .hasMessageContaining("expected")
        .hasMessageContaining(found)
        .hasMessageContaining("Fix:");
  }
}

package dev.aligner.model.detox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.model.BundledModel;
import dev.aligner.model.ModelFile;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DetoxModelTest {

  private static final long MAX_BYTES = 25_000_000;

  @Test
  void available_findsTheModel() {
    assertThat(BundledModel.available())
        .singleElement()
        .satisfies(
            model -> {
              assertThat(model).isInstanceOf(DetoxModel.class);
              assertThat(model.name()).isEqualTo("detox");
              assertThat(model.licence()).isEqualTo("Apache-2.0");
            });
  }

  @Test
  void manifest_namesEveryFileWithItsDigest() throws Exception {
    BundledModel model = new DetoxModel();
    for (ModelFile file : model.files()) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      try (InputStream stream = model.open(file)) {
        byte[] bytes = stream.readAllBytes();
        assertThat((long) bytes.length).as(file.path()).isEqualTo(file.size());
        assertThat(HexFormat.of().formatHex(sha256.digest(bytes)))
            .as(file.path())
            .isEqualTo(file.sha256());
      }
    }
    assertThat(model.files().stream().map(ModelFile::path).toList())
        .containsExactlyInAnyOrderElementsOf(resources())
        .contains("LICENSE", "NOTICE", "README.md", "aligner.json");
    assertThat(model.files().stream().mapToLong(ModelFile::size).sum()).isLessThan(MAX_BYTES);
  }

  private static List<String> resources() throws Exception {
    URI manifest =
        DetoxModelTest.class.getResource("/META-INF/aligner/detox/manifest.json").toURI();
    try (Stream<Path> files = Files.list(Path.of(manifest).getParent())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("manifest.json"))
          .toList();
    }
  }
}

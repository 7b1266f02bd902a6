package dev.aligner.onnx.testing;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The tiny random models under src/test/resources/models. */
public final class TestModels {

  private TestModels() {}

  public static Path directory(String name) {
    URL url = TestModels.class.getResource("/models/" + name);
    if (url == null) {
      throw new AssertionError("no test model " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}

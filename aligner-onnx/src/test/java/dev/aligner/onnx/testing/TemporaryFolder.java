package dev.aligner.onnx.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for tests that JUnit's TempDir does not reach. */
public final class TemporaryFolder {

  private final Path folder;

  public TemporaryFolder() {
    try {
      folder = Files.createTempDirectory("aligner-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a new folder in it. */
  public Path next() {
    try {
      return Files.createTempDirectory(folder, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void delete() {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> childrenFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : childrenFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

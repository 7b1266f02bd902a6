package dev.aligner.onnx.internal.model;

import dev.aligner.onnx.testing.CacheFixture;
import java.nio.file.Path;
import java.util.List;

/** A JVM that unpacks the fixture; {@link ModelCacheProcessesTest} starts several. */
final class UnpackMain {

  private UnpackMain() {}

  /**
   * Waits for the others, unpacks, and prints the directory.
   *
   * @param args the place, and how many times to do it
   */
  public static void main(String[] args) throws Exception {
    ModelCache cache = new ModelCache(List.of(new CachePlace(Path.of(args[0]), false)));
    System.out.println("ready");
    if (System.in.read() < 0) {
      throw new IllegalStateException("the test is gone");
    }
    for (int i = Integer.parseInt(args[1]); i > 0; i--) {
      Path directory = cache.directoryOf(new CacheFixture("cache-fixture"));
      if (i == 1) {
        System.out.println(directory);
      }
    }
  }
}

package dev.aligner.onnx.internal;

import dev.aligner.onnx.Batching;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.model.GraphFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How large batches are on a GPU, where the user does not say it. */
final class DeviceBounds {

  private static final int ROWS = 128;
  private static final long LEAST_BYTES = 16L << 20;
  private static final long MOST_BYTES = 4L << 30;

  /** A cache is read and written in two places, and a step needs memory of its own. */
  private static final int TIMES_CACHE = 3;

  private DeviceBounds() {}

  /**
   * Fits a batching to a device.
   *
   * @param batching the user's
   * @param device where the model runs
   * @param runs how many batches there may be at a time
   * @param graphs the model's graphs, whose weights lie on the device as well
   */
  static Batching of(Batching batching, Device device, int runs, GraphFiles graphs) {
    if (!(device instanceof Device.Cuda cuda)) {
      return batching;
    }
    long bytes =
        cuda.memoryLimit().isPresent()
            ? (cuda.memoryLimit().getAsLong() - weights(graphs)) / ((long) runs * TIMES_CACHE)
            : MOST_BYTES;
    return batching.withDefaults(ROWS, Math.max(LEAST_BYTES, bytes));
  }

  /** The graph that decodes has a memory of its own, and so have the others. */
  private static long weights(GraphFiles graphs) {
    return graphs.all().stream().mapToLong(DeviceBounds::bytes).max().orElse(0);
  }

  /** Returns the size of a graph and of the data beside it, which is called like it. */
  private static long bytes(Path graph) {
    Path folder = graph.toAbsolutePath().getParent();
    String name = String.valueOf(graph.getFileName());
    if (folder == null) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(name))
          .mapToLong(DeviceBounds::size)
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}

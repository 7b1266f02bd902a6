package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files beside a graph that hold its weights: they have to be there, complete and inside. */
final class ExternalData {

  private ExternalData() {}

  /**
   * Checks all external data of a graph.
   *
   * @param directory the model directory
   * @param graph a graph in it
   * @throws ModelLoadException if a file is missing, too short or outside the model directory
   */
  static void check(Path directory, OnnxFile graph) {
    graph
        .externalData()
        .forEach((location, bytes) -> check(directory, graph.file(), location, bytes));
  }

  private static void check(Path directory, Path graph, String location, long bytes) {
    Path data = resolve(graph, location);
    if (!Files.exists(data) && !Files.isSymbolicLink(data)) {
      throw wrong(data, graph, "no such file");
    }
    ModelFiles.requireInside(directory, data);
    if (!Files.isRegularFile(data)) {
      throw wrong(data, graph, Files.isDirectory(data) ? "a directory" : "no regular file");
    }
    long size = size(data);
    if (size < bytes) {
      throw wrong(data, graph, size + " bytes where the graph needs " + bytes);
    }
  }

  /**
   * Takes a relative path of plain names. A colon is a drive or a stream on Windows, and a star
   * marks what ONNX Runtime takes for an address in memory.
   */
  private static Path resolve(Path graph, String location) {
    boolean plain =
        !location.isBlank()
            && location.chars().noneMatch(c -> c < ' ' || "\\:*?\"<>|".indexOf(c) >= 0)
            && !location.startsWith("/");
    for (String name : location.split("/", -1)) {
      plain &= !name.isEmpty() && !name.equals("..");
    }
    try {
      if (plain) {
        return graph.resolveSibling(location);
      }
    } catch (InvalidPathException e) {
      throw outside(graph, location, e);
    }
    throw outside(graph, location, null);
  }

  private static ModelLoadException outside(
      Path graph, String location, @Nullable Throwable cause) {
    String shown = location.length() > 200 ? location.substring(0, 200) + "..." : location;
    return new ModelLoadException(
        graph,
        "a graph whose external data are files beside it, named by relative paths",
        "external data at \"" + shown + "\"",
        "export the model again, or take it from a source you trust",
        cause);
  }

  private static ModelLoadException wrong(Path data, Path graph, String found) {
    return new ModelLoadException(
        data,
        "the external data of " + graph.getFileName(),
        found,
        "copy the file from the exported model again, beside the graph and under its old name");
  }

  private static long size(Path data) {
    try {
      return Files.size(data);
    } catch (IOException e) {
      throw new ModelLoadException(
          data, "a readable file", "one that cannot be read", "mend its permissions", e);
    }
  }
}

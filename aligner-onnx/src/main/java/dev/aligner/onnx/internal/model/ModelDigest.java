package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import dev.aligner.internal.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The SHA-256 of what a model is made of: all files that are read of its directory, byte by byte.
 */
public final class ModelDigest {

  private static final int BUFFER = 1 << 16;

  private ModelDigest() {}

  /**
   * Reads all files of a model.
   *
   * @param directory the model
   * @param more files beside it, as adapters
   * @return 64 hexadecimal digits, the same wherever the directory lies
   * @throws ModelLoadException if a file cannot be read any more
   */
  public static String of(ModelDirectory directory, List<Path> more) {
    MessageDigest digest = Sha256.digest();
    for (Path file : files(directory)) {
      add(digest, directory.path().relativize(file).toString().replace('\\', '/'), file);
    }
    for (Path file : more) {
      add(digest, "adapter", file);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Hashes a text.
   *
   * @param text any text
   * @return 64 hexadecimal digits
   */
  public static String of(String text) {
    return HexFormat.of().formatHex(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Path> files(ModelDirectory directory) {
    List<Path> files = new ArrayList<>(directory.configFiles());
    for (Path graph : directory.graphs().all()) {
      files.add(graph);
      for (String location : OnnxFile.read(graph).externalData().keySet()) {
        files.add(graph.resolveSibling(location));
      }
    }
    return files.stream().distinct().sorted().toList();
  }

  private static void add(MessageDigest digest, String name, Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      digest.update((name + "\n" + Files.size(file) + "\n").getBytes(StandardCharsets.UTF_8));
      byte[] buffer = new byte[BUFFER];
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new ModelLoadException(
          file, "a readable file", "one that cannot be read", "leave it where it was", e);
    }
  }
}

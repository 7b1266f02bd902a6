package dev.aligner.onnx.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A copy of a test model, to be changed. */
public record ModelCopy(Path directory) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A step that may fail with an I/O error. */
  private interface Io<T> {
    T run() throws IOException;
  }

  /** Copies a test model into a new folder of that name. */
  public static ModelCopy of(String model, Path folder) {
    ModelCopy copy = new ModelCopy(folder.resolve(model));
    io(() -> Files.createDirectory(copy.directory));
    for (Path file : files(TestModels.directory(model))) {
      io(() -> Files.copy(file, copy.file(file.getFileName().toString())));
    }
    return copy;
  }

  private static List<Path> files(Path folder) {
    return io(
        () -> {
          try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
          }
        });
  }

  public Path file(String name) {
    return directory.resolve(name);
  }

  public ModelCopy delete(String file) {
    io(() -> Files.deleteIfExists(file(file)));
    return this;
  }

  public ModelCopy write(String file, String text) {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  public ModelCopy write(String file, byte[] bytes) {
    io(() -> Files.write(file(file), bytes));
    return this;
  }

  public ModelCopy folder(String name) {
    delete(name);
    io(() -> Files.createDirectory(file(name)));
    return this;
  }

  /** Takes a file of another test model. */
  public ModelCopy take(String file, String model, String fileThere) {
    Path source = TestModels.directory(model).resolve(fileThere);
    io(() -> Files.copy(source, file(file), StandardCopyOption.REPLACE_EXISTING));
    return this;
  }

  public ModelCopy move(String file, String to) {
    io(() -> Files.move(file(file), file(to), StandardCopyOption.REPLACE_EXISTING));
    return this;
  }

  public byte[] read(String file) {
    return io(() -> Files.readAllBytes(file(file)));
  }

  /** Keeps so many bytes of a file. */
  public ModelCopy truncate(String file, int bytes) {
    return write(file, Arrays.copyOf(read(file), bytes));
  }

  /** Replaces a string in the bytes of a file, wherever it stands, by one of the same length. */
  public ModelCopy replace(String file, String from, String to) {
    String bytes = new String(read(file), StandardCharsets.ISO_8859_1);
    if (from.length() != to.length() || !bytes.contains(from)) {
      throw new AssertionError("cannot replace " + from + " in " + file);
    }
    return write(file, bytes.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sets a field of a JSON file to a value written as JSON, in a file that may be new. */
  public ModelCopy set(String file, String field, String json) {
    ObjectNode root =
        io(
            () ->
                Files.exists(file(file))
                    ? (ObjectNode) MAPPER.readTree(file(file).toFile())
                    : MAPPER.createObjectNode());
    JsonNode value = io(() -> MAPPER.readTree(json));
    root.set(field, value);
    return write(file, root.toString());
  }

  /** Removes a field of a JSON file. */
  public ModelCopy unset(String file, String field) {
    ObjectNode root = io(() -> (ObjectNode) MAPPER.readTree(file(file).toFile()));
    if (root.remove(field) == null) {
      throw new AssertionError("no " + field + " in " + file);
    }
    return write(file, root.toString());
  }

  private static <T> T io(Io<T> step) {
    try {
      return step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX file tells of its graph, read as a stream with no weight in memory and no runtime.
 *
 * @param file the file
 * @param irVersion the version of the file format
 * @param opsets the version of each domain of operators; ONNX's own domain is empty
 * @param operators all operators in use, those of branches, loops and local functions included
 * @param inputs the inputs of the graph; in files of IR version 3 its initializers too
 * @param outputs the outputs of the graph
 * @param externalData the files beside it that hold weights, as the graph names them, with the
 *     number of bytes that each must have at least
 */
public record OnnxFile(
    Path file,
    long irVersion,
    Map<String, Long> opsets,
    Set<Operator> operators,
    List<GraphValue> inputs,
    List<GraphValue> outputs,
    Map<String, Long> externalData) {

  /** Protobuf reads no message beyond. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  public OnnxFile {
    opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
    operators = Collections.unmodifiableSet(new LinkedHashSet<>(operators));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    externalData = Collections.unmodifiableMap(new LinkedHashMap<>(externalData));
  }

  /**
   * Reads a file.
   *
   * @param file an ONNX file
   * @return what it tells
   * @throws ModelLoadException if it is missing or malformed
   */
  public static OnnxFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw refused(file, Files.exists(file) ? "no regular file" : "no such file", null);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > MAX_BYTES) {
        throw new ModelLoadException(
            file,
            "an ONNX graph of less than 2 GiB",
            channel.size() + " bytes",
            "export the model with its weights as external data");
      }
      OnnxParser parser = new OnnxParser(new ProtoReader(channel));
      parser.model();
      if (!parser.hasGraph()) {
        throw refused(file, "a file without a graph", null);
      }
      return parser.result(file);
    } catch (ProtoReader.MalformedException e) {
      throw refused(file, "a file that is truncated or not ONNX: " + e.getMessage(), e);
    } catch (IOException e) {
      throw refused(file, "one that cannot be read", e);
    }
  }

  /**
   * Tells whether the graph has an input of that name.
   *
   * @param name a name
   * @return true if it has
   */
  public boolean hasInput(String name) {
    return inputs.stream().anyMatch(input -> input.name().equals(name));
  }

  /**
   * Tells whether the graph has an output of that name.
   *
   * @param name a name
   * @return true if it has
   */
  public boolean hasOutput(String name) {
    return outputs.stream().anyMatch(output -> output.name().equals(name));
  }

  private static ModelLoadException refused(Path file, String found, @Nullable Throwable cause) {
    return new ModelLoadException(
        file,
        "an ONNX graph",
        found,
        "copy or export the model again; git clones need git lfs pull",
        cause);
  }
}

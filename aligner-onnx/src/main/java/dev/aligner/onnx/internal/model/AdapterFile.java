package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An {@code .onnx_adapter}: named tensors in a FlatBuffer. ONNX Runtime's Java API tells nothing of
 * what is in one, and takes the number of bytes that a shape asks for on trust.
 */
public final class AdapterFile {

  /*
   * adapter_schema.fbs of ONNX Runtime:
   *   table Parameter { name:string; dims:[int64]; data_type:TensorDataType; raw_data:[uint8]; }
   *   table Adapter { format_version:int; adapter_version:int; model_version:int;
   *                   parameters:[Parameter]; }
   *   file_identifier "TORT"
   */
  private static final byte[] IDENTIFIER = "TORT".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
  private static final int MAX_PARAMETERS = 100_000;
  private static final int MAX_NAME = 1024;
  private static final int MAX_RANK = 8;

  /** float, uint8, int8, float16, bfloat16, by their numbers in ONNX. */
  private static final Map<Integer, Integer> ELEMENT_BYTES = Map.of(1, 4, 2, 1, 3, 1, 10, 2, 16, 2);

  private final byte[] bytes;
  private final List<GraphValue> parameters;

  private AdapterFile(byte[] bytes, List<GraphValue> parameters) {
    this.bytes = bytes;
    this.parameters = List.copyOf(parameters);
  }

  /**
   * Reads a file.
   *
   * @param file an adapter
   * @return what is in it
   * @throws ModelLoadException if it is missing or malformed
   */
  public static AdapterFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw refused(file, Files.exists(file) ? "no regular file" : "no such file", null);
    }
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw refused(file, "one of " + size + " bytes, more than 2 GiB", null);
      }
      byte[] bytes = Files.readAllBytes(file);
      return new AdapterFile(bytes, parameters(bytes));
    } catch (FlatReader.MalformedException e) {
      throw refused(file, "a file that is truncated or no adapter: " + e.getMessage(), e);
    } catch (IOException e) {
      throw refused(file, "one that cannot be read", e);
    }
  }

  /**
   * Returns the whole file.
   *
   * @return its bytes, not to be changed
   */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * Returns the tensors.
   *
   * @return their names, types and shapes
   */
  public List<GraphValue> parameters() {
    return parameters;
  }

  private static List<GraphValue> parameters(byte[] bytes) throws FlatReader.MalformedException {
    if (bytes.length < 2 * IDENTIFIER.length
        || !Arrays.equals(bytes, 4, 8, IDENTIFIER, 0, IDENTIFIER.length)) {
      throw new FlatReader.MalformedException("it does not begin as one");
    }
    FlatReader reader = new FlatReader(bytes);
    int root = reader.root();
    int version = reader.field(root, 0);
    if (version == 0 || reader.int32(version) != VERSION) {
      throw new FlatReader.MalformedException("another version of the format than " + VERSION);
    }
    int vector = reader.child(root, 3, "parameters");
    int count = reader.length(vector, Integer.BYTES);
    if (count < 1 || count > MAX_PARAMETERS) {
      throw new FlatReader.MalformedException(count + " parameters");
    }
    List<GraphValue> parameters = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int table = reader.target(reader.element(vector, i, Integer.BYTES));
      GraphValue parameter = parameter(reader, table);
      if (!names.add(parameter.name())) {
        throw new FlatReader.MalformedException("two parameters " + parameter.name());
      }
      parameters.add(parameter);
    }
    return parameters;
  }

  private static GraphValue parameter(FlatReader reader, int table)
      throws FlatReader.MalformedException {
    String name = reader.text(reader.child(table, 0, "name"), MAX_NAME);
    int dims = reader.child(table, 1, "shape of " + name);
    int rank = reader.length(dims, Long.BYTES);
    int typeField = reader.field(table, 2);
    int type = typeField == 0 ? 0 : reader.int32(typeField);
    Integer elementBytes = ELEMENT_BYTES.get(type);
    if (elementBytes == null || rank > MAX_RANK) {
      throw new FlatReader.MalformedException(name + " of type " + type + " and rank " + rank);
    }
    int data = reader.child(table, 3, "data of " + name);
    long needed = elementBytes;
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long dimension = reader.int64(reader.element(dims, i, Long.BYTES));
      if (dimension < 0 || dimension > MAX_BYTES || needed > MAX_BYTES) {
        throw new FlatReader.MalformedException("the shape of " + name);
      }
      needed *= dimension;
      shape.add(dimension);
    }
    int length = reader.length(data, 1);
    if (length != needed) {
      throw new FlatReader.MalformedException(
          name + " of " + length + " bytes where " + shape + " takes " + needed);
    }
    return new GraphValue(name, type, shape);
  }

  private static ModelLoadException refused(Path file, String found, @Nullable Throwable cause) {
    return new ModelLoadException(
        file,
        "a LoRA adapter for ONNX Runtime, an .onnx_adapter",
        found,
        "copy it again, or write it again with olive's ExtractAdapters",
        cause);
  }
}

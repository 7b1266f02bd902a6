package dev.aligner.onnx.internal.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * Leaves weights in the file that they lie in: each big one becomes external data, which is the
 * range of bytes that it takes in the original file. Those that are external already stay as they
 * are, and so do the small ones, which the runtime reads while it plans.
 */
final class WeightsInFile implements Rewrite {

  /** Weights of fewer bytes are copied. */
  static final int MIN_BYTES = 1024;

  private static final int IN_ANOTHER_FILE = 1;

  private final String location;

  /**
   * Makes the rewrite.
   *
   * @param location the name of the file, in the folder that external data is looked for in
   */
  WeightsInFile(String location) {
    this.location = location;
  }

  @Override
  public Plan plan(ModelView model) {
    List<Message> weights = new ArrayList<>();
    for (GraphView graph : model.graph().all()) {
      for (Message tensor : graph.initializers().values()) {
        if (isBig(tensor)) {
          weights.add(tensor);
        }
      }
    }
    return weights.isEmpty()
        ? new Refused("the file holds no big weights")
        : new Applies(() -> weights.forEach(this::leave));
  }

  private static boolean isBig(Message tensor) {
    return tensor.integer(Onnx.TENSOR_DATA_LOCATION) != IN_ANOTHER_FILE
        && tensor
            .stored(Onnx.TENSOR_RAW_DATA)
            .filter(raw -> raw.end() - raw.value() >= MIN_BYTES)
            .isPresent();
  }

  private void leave(Message tensor) {
    Field.Stored raw = tensor.stored(Onnx.TENSOR_RAW_DATA).orElseThrow();
    tensor.remove(Onnx.TENSOR_RAW_DATA);
    tensor.remove(Onnx.TENSOR_EXTERNAL_DATA);
    tensor.remove(Onnx.TENSOR_DATA_LOCATION);
    tensor
        .put(Onnx.TENSOR_EXTERNAL_DATA, Onnx.entry("location", location))
        .put(Onnx.TENSOR_EXTERNAL_DATA, Onnx.entry("offset", Long.toString(raw.value())))
        .put(
            Onnx.TENSOR_EXTERNAL_DATA, Onnx.entry("length", Long.toString(raw.end() - raw.value())))
        .put(Onnx.TENSOR_DATA_LOCATION, IN_ANOTHER_FILE);
  }
}

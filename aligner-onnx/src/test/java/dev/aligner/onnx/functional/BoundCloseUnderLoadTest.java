package dev.aligner.onnx.functional;

import dev.aligner.onnx.BoundModels;
import dev.aligner.onnx.OnnxAligner;
import java.nio.file.Path;

/** close() under load with caches in the memory of the device: nothing leaks or crashes. */
class BoundCloseUnderLoadTest extends CloseUnderLoadTest {

  @Override
  OnnxAligner.Builder over(Path directory) {
    return BoundModels.aligner(directory);
  }

  /** Calls and their end are the same code; what differs is closed in each round. */
  @Override
  int rounds() {
    return 30;
  }
}

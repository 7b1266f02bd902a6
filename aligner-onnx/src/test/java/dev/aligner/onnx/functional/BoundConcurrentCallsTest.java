package dev.aligner.onnx.functional;

import dev.aligner.onnx.BoundModels;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.OnnxGenerator;
import java.nio.file.Path;

/** Concurrent calls with caches in the memory of the device. */
class BoundConcurrentCallsTest extends ConcurrentCallsTest {

  @Override
  OnnxGenerator open(Path directory) {
    return BoundModels.generator(directory).build();
  }

  @Override
  OnnxAligner.Builder over(Path directory) {
    return BoundModels.aligner(directory);
  }
}

package dev.aligner.onnx.functional;

import dev.aligner.onnx.BoundModels;
import dev.aligner.onnx.OnnxAligner;
import java.nio.file.Path;

/** Streaming, deadlines and cancelling with caches in the memory of the device. */
class BoundStreamingTest extends StreamingTest {

  @Override
  OnnxAligner.Builder over(Path directory) {
    return BoundModels.aligner(directory);
  }
}

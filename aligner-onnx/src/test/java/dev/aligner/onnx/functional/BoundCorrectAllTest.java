package dev.aligner.onnx.functional;

import dev.aligner.onnx.BoundModels;
import dev.aligner.onnx.OnnxAligner;
import java.nio.file.Path;

/** Batches with caches in the memory of the device. */
class BoundCorrectAllTest extends CorrectAllTest {

  @Override
  OnnxAligner.Builder over(Path directory) {
    return BoundModels.aligner(directory);
  }
}

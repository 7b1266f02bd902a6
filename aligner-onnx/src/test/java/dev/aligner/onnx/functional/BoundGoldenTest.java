package dev.aligner.onnx.functional;

import dev.aligner.onnx.BoundModels;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.testing.TestModels;

/** Token ids are those of transformers with caches in the memory of the device too. */
class BoundGoldenTest extends GoldenTest {

  @Override
  OnnxGenerator open(String model) {
    return BoundModels.generator(TestModels.directory(model)).build();
  }
}

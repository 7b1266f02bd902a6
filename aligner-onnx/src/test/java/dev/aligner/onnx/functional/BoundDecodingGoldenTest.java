package dev.aligner.onnx.functional;

import dev.aligner.onnx.BoundModels;
import dev.aligner.onnx.OnnxGenerator;

/** Every decoding mode, for every family, with caches in the memory of the device. */
class BoundDecodingGoldenTest extends DecodingGoldenTest {

  @Override
  OnnxGenerator open(Case model) {
    return BoundModels.generator(model.directory()).weightFormat(model.format()).build();
  }
}

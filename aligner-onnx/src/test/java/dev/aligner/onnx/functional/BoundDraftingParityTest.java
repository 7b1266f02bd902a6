package dev.aligner.onnx.functional;

import dev.aligner.onnx.BoundModels;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.testing.TestModels;

/** Drafts change no token with caches in the memory of the device either. */
class BoundDraftingParityTest extends DraftingParityTest {

  @Override
  OnnxGenerator open(String model) {
    return BoundModels.generator(TestModels.directory(model)).build();
  }
}

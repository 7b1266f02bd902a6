package dev.aligner.onnx;

import dev.aligner.onnx.internal.session.Residency;
import java.nio.file.Path;

/**
 * Models on the CPU whose caches lie in the memory of their device, as those of models on a GPU do:
 * the same code, without a GPU. No setting of the public API does this.
 */
public final class BoundModels {

  private BoundModels() {}

  public static OnnxGenerator.Builder generator(Path directory) {
    return OnnxGenerator.builder(directory).residency(Residency.DEVICE);
  }

  public static OnnxAligner.Builder aligner(Path directory) {
    return OnnxAligner.builder(directory).residency(Residency.DEVICE);
  }

  public static OnnxAligner.Builder aligner(Path directory, long limit) {
    return OnnxAligner.builder(directory).residency(new Residency(Residency.Kind.DEVICE, limit));
  }
}

package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.graph.GraphPreparation;
import dev.aligner.onnx.internal.graph.Preparation;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the graphs of decoders, prepared where that is possible and as they are where it is not.
 */
final class PreparedDecoders {

  private static final Logger log = LoggerFactory.getLogger(PreparedDecoders.class);

  private final OrtEnvironment environment;
  private final Device device;
  private final boolean enabled;

  PreparedDecoders(OrtEnvironment environment, Device device, boolean enabled) {
    this.environment = environment;
    this.device = device;
    this.enabled = enabled;
  }

  /**
   * Opens a graph.
   *
   * @throws ModelLoadException if ONNX Runtime does not load it as it is
   */
  ModelSession open(Path file) {
    if (!enabled) {
      return ModelSession.open(environment, file, device);
    }
    Preparation preparation = GraphPreparation.prepare(file, DecoderContract.LOGITS);
    if (preparation instanceof Preparation.NotPossible notPossible) {
      log.info("{} is decoded as it is, with more memory: {}", file, notPossible.reason());
      return ModelSession.open(environment, file, device);
    }
    byte[] prepared = ((Preparation.Ready) preparation).graph().bytes();
    try {
      return ModelSession.open(environment, file, prepared, device);
    } catch (ModelLoadException e) {
      ModelSession asItIs = ModelSession.open(environment, file, device);
      log.warn(
          "{} is decoded as it is, with more memory: its prepared graph does not load", file, e);
      return asItIs;
    }
  }
}

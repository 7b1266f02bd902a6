package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.model.ModelConfig;
import dev.aligner.onnx.internal.model.ModelDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Loads the graphs of a model directory into ONNX Runtime. */
public final class OrtModelLoader {

  private OrtModelLoader() {}

  /**
   * Loads a model.
   *
   * @param directory the directory, read and checked
   * @param device where it runs
   * @return the model; the caller closes it
   * @throws dev.aligner.EngineUnavailableException if ONNX Runtime cannot run here
   * @throws ModelLoadException if a graph does not load or is not one that this release can run
   */
  public static OrtSequenceModel load(ModelDirectory directory, Device device) {
    OrtEnvironment environment = OrtRuntime.environment();
    CloseAll sessions = new CloseAll();
    try {
      ModelSession encoder = encoder(environment, directory.encoder(), device, sessions);
      ModelConfig config = directory.config();
      int start = config.decoderStartTokenId().orElse(-1);
      if (encoder != null && start < 0) {
        throw new ModelLoadException(
            directory.generationConfig(),
            "a decoder_start_token_id or bos_token_id",
            "neither",
            "copy generation_config.json and config.json from the checkpoint");
      }
      ModelSession first =
          sessions.add(ModelSession.open(environment, directory.firstDecoder(), device));
      ModelSession next =
          directory.nextDecoder().equals(directory.firstDecoder())
              ? first
              : sessions.add(ModelSession.open(environment, directory.nextDecoder(), device));
      DecoderContract.KvDimensions dimensions =
          new DecoderContract.KvDimensions(config.heads(), config.headDim());
      Decoder decoder = Decoder.of(environment, first, next, dimensions, config.vocabSize());
      return new OrtSequenceModel(
          environment, encoder, decoder, start, config.padTokenId(), sessions);
    } catch (RuntimeException | Error e) {
      sessions.closeAfter(e);
      throw e;
    }
  }

  private static @Nullable ModelSession encoder(
      OrtEnvironment environment, @Nullable Path file, Device device, CloseAll sessions) {
    if (file == null) {
      return null;
    }
    ModelSession session = sessions.add(ModelSession.open(environment, file, device));
    EncoderContract.check(session);
    return session;
  }
}

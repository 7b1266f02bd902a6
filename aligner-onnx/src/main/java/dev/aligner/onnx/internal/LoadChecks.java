package dev.aligner.onnx.internal;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.internal.decode.StepCost;
import dev.aligner.onnx.internal.decode.WidthProbe;
import dev.aligner.onnx.internal.model.ModelConfig;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.internal.session.OrtSequenceModel;
import dev.aligner.onnx.internal.tokenize.HfTokenizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is asked of a model once its parts are loaded. */
final class LoadChecks {

  private static final Logger log = LoggerFactory.getLogger(LoadChecks.class);

  private LoadChecks() {}

  /** Asks the operators of the graphs, which know what they are, and the model, which shows it. */
  static boolean isWidthInvariant(ModelDirectory directory, OrtSequenceModel model, StepCost cost) {
    String found = "operators of dynamic quantization";
    if (model.isWidthInvariant()) {
      int positions = directory.config().positions().orElse(Integer.MAX_VALUE);
      WidthProbe probe =
          WidthProbe.run(model, model.vocabSize(), positions, activations(model), cost);
      if (probe.isInvariant()) {
        return true;
      }
      found = probe.toString();
    }
    log.warn(
        "{}: what a token gets depends on what else is read in the same step ({}). Drafts and"
            + " batches would change results and are off; Drafting.ON and Batching.on() turn them on."
            + " Graphs that compute in fp32 do not have this",
        directory.path(),
        found);
    return false;
  }

  private static WidthProbe.Activations activations(OrtSequenceModel model) {
    return model.roundsActivations()
        ? WidthProbe.Activations.ROUNDED
        : WidthProbe.Activations.FLOATS;
  }

  /** Refuses files that name ids which the graphs do not have. */
  static void vocabulary(ModelDirectory directory, HfTokenizer tokenizer, OrtSequenceModel model) {
    int size = model.vocabSize();
    if (tokenizer.maxId() >= size) {
      throw new ModelLoadException(
          directory.tokenizer(),
          "ids below " + size + ", the vocabulary of " + directory.graphs().first().getFileName(),
          "ids up to " + tokenizer.maxId(),
          "copy the tokenizer.json of the checkpoint that the graphs were exported from");
    }
    ModelConfig config = directory.config();
    config.eosTokenIds().forEach(id -> checkId(directory, "eos_token_id", id, size));
    checkId(directory, "pad_token_id", config.padTokenId(), size);
    config
        .decoderStartTokenId()
        .ifPresent(id -> checkId(directory, "decoder_start_token_id", id, size));
  }

  private static void checkId(ModelDirectory directory, String field, int id, int size) {
    if (id >= size) {
      throw new ModelLoadException(
          directory.generationConfig(),
          field + " below " + size + ", the size of the vocabulary",
          String.valueOf(id),
          "copy generation_config.json and config.json from the same checkpoint");
    }
  }
}

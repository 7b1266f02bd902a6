package dev.aligner.onnx.internal.session;

import dev.aligner.ModelLoadException;
import java.util.Map;
import java.util.TreeSet;

/**
 * What an encoder graph takes and gives.
 *
 * @param ids the input of the ids
 * @param hasMask whether it reads an attention mask
 * @param hiddenStates the output that the decoder reads, {@code [batch, sequence, hidden]}
 */
record EncoderContract(TensorSpec ids, boolean hasMask, TensorSpec hiddenStates) {

  static final String INPUT_IDS = "input_ids";
  static final String ATTENTION_MASK = "attention_mask";
  static final String LAST_HIDDEN_STATE = "last_hidden_state";

  /**
   * Reads a graph.
   *
   * @throws ModelLoadException if it is not an encoder that this release can run
   */
  static EncoderContract of(ModelSession session) {
    Map<String, TensorSpec> inputs = session.inputs();
    TreeSet<String> unknown = new TreeSet<>(inputs.keySet());
    unknown.remove(INPUT_IDS);
    unknown.remove(ATTENTION_MASK);
    TensorSpec ids = inputs.get(INPUT_IDS);
    if (!unknown.isEmpty() || ids == null) {
      throw unfit(session, "inputs input_ids and attention_mask", "inputs " + inputs.keySet());
    }
    for (TensorSpec input : inputs.values()) {
      if (input.rank() != 2 || !input.type().isInteger() || input.type() != ids.type()) {
        throw unfit(session, input.name() + ": int64[batch, sequence]", input.toString());
      }
    }
    TensorSpec hidden = session.outputs().get(LAST_HIDDEN_STATE);
    if (hidden == null || hidden.rank() != 3 || !hidden.type().isFloating()) {
      throw unfit(
          session,
          "an output " + LAST_HIDDEN_STATE + ": float[batch, sequence, hidden]",
          hidden == null ? "outputs " + session.outputs().keySet() : hidden.toString());
    }
    return new EncoderContract(ids, inputs.containsKey(ATTENTION_MASK), hidden);
  }

  private static ModelLoadException unfit(ModelSession session, String expected, String found) {
    return new ModelLoadException(
        session.file(), expected, found, "export it again with optimum, for text generation");
  }
}

package dev.aligner.onnx.internal.session;

import dev.aligner.ModelLoadException;
import java.util.Map;
import java.util.TreeSet;

/** What an encoder graph takes and gives. */
final class EncoderContract {

  static final String INPUT_IDS = "input_ids";
  static final String ATTENTION_MASK = "attention_mask";
  static final String LAST_HIDDEN_STATE = "last_hidden_state";

  private EncoderContract() {}

  /**
   * Checks a graph.
   *
   * @throws ModelLoadException if it is not an encoder that this release can run
   */
  static void check(ModelSession session) {
    Map<String, TensorSpec> inputs = session.inputs();
    TreeSet<String> unknown = new TreeSet<>(inputs.keySet());
    unknown.remove(INPUT_IDS);
    unknown.remove(ATTENTION_MASK);
    if (!unknown.isEmpty() || !inputs.containsKey(INPUT_IDS)) {
      throw unfit(session, "inputs input_ids and attention_mask", "inputs " + inputs.keySet());
    }
    for (TensorSpec input : inputs.values()) {
      if (input.rank() != 2 || !input.type().equals("INT64")) {
        throw unfit(session, input.name() + ": int64[batch, sequence]", input.toString());
      }
    }
    TensorSpec hidden = session.outputs().get(LAST_HIDDEN_STATE);
    if (hidden == null || hidden.rank() != 3 || !hidden.type().equals("FLOAT")) {
      throw unfit(
          session,
          "an output " + LAST_HIDDEN_STATE + ": float[batch, sequence, hidden]",
          hidden == null ? "outputs " + session.outputs().keySet() : hidden.toString());
    }
  }

  private static ModelLoadException unfit(ModelSession session, String expected, String found) {
    return new ModelLoadException(
        session.file(), expected, found, "export it again with optimum, for text generation");
  }
}

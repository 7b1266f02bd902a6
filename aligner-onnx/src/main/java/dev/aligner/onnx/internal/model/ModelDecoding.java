package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.DecodingOption.DO_SAMPLE;
import static dev.aligner.onnx.DecodingOption.NUM_BEAMS;
import static dev.aligner.onnx.DecodingOption.NUM_RETURN_SEQUENCES;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Decoding;
import java.nio.file.Path;
import java.util.List;

/**
 * How a model wants to be decoded, and what of that this release cannot do. The latter is held
 * against a user only who leaves the choice to the model.
 *
 * @param file the file that says so
 * @param options the options that it sets
 * @param refused the settings that this release cannot do, each as {@code name=value}
 */
public record ModelDecoding(Path file, Decoding options, List<String> refused) {

  /** Copies. */
  public ModelDecoding {
    refused = List.copyOf(refused);
  }

  /**
   * Returns what to do, the user's choice over the model's.
   *
   * @param chosen the user's choice
   * @return a decoding with nothing left to look up in the model but its end-of-sequence tokens
   * @throws ModelLoadException if the choice is the model's, and this release cannot do it
   * @throws IllegalArgumentException if the options exclude each other
   */
  public Decoding under(Decoding chosen) {
    if (chosen.isOfModel() && !refused.isEmpty()) {
      throw new ModelLoadException(
          file,
          "settings that this release can do",
          refused.toString(),
          "choose Decoding.greedy(), beamSearch(...) or sampling() to ignore what this file says, or"
              + " remove these");
    }
    Decoding decoding = chosen.over(options);
    int outputs = decoding.get(NUM_RETURN_SEQUENCES);
    if (outputs > mostOutputs(decoding)) {
      throw new IllegalArgumentException(
          "expected num_return_sequences of at most "
              + mostOutputs(decoding)
              + (decoding.get(NUM_BEAMS) > 1 ? ", the beams" : ", all that greedy search has")
              + "; found "
              + outputs);
    }
    return decoding;
  }

  /** Returns how many outputs a prompt may have. */
  static int mostOutputs(Decoding decoding) {
    int beams = decoding.get(NUM_BEAMS);
    return beams == 1 && decoding.get(DO_SAMPLE) ? Integer.MAX_VALUE : beams;
  }
}

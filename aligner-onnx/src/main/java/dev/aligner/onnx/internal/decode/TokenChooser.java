package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.internal.decode.process.LogitsProcessors;
import dev.aligner.onnx.internal.decode.process.TokenSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Chooses the next token of the outputs of one prompt: the best one, or one drawn at random. The
 * choosers of a generation share the array that holds scores of the vocabulary; not thread-safe.
 */
final class TokenChooser {

  private final LogitsProcessors processors;
  private final ToIntFunction<float[]> pick;
  private final boolean untouched;
  private final float[] copy;

  private TokenChooser(
      LogitsProcessors processors, ToIntFunction<float[]> pick, boolean untouched, float[] copy) {
    this.processors = processors;
    this.pick = pick;
    this.untouched = untouched;
    this.copy = copy;
  }

  /** Makes one for each prompt of a generation. */
  static List<TokenChooser> of(SearchRequest request) {
    boolean samples = request.decoding().get(DecodingOption.DO_SAMPLE);
    float[] copy = new float[request.vocabSize()];
    TokenSampler sampler = new TokenSampler();
    List<TokenChooser> choosers = new ArrayList<>();
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      LogitsProcessors processors = LogitsProcessors.of(request, prompt);
      ToIntFunction<float[]> pick = ScoreArrays::argMax;
      if (samples) {
        RandomGenerator random = request.decoding().get(DecodingOption.RANDOM).get();
        pick = scores -> sampler.draw(scores, random);
      }
      boolean untouched = !samples && processors.isEmpty();
      choosers.add(new TokenChooser(processors, pick, untouched, copy));
    }
    return choosers;
  }

  /** Returns what this needs of scores. */
  ScoreForm form() {
    return untouched ? ScoreForm.ARG_MAX : ScoreForm.LOGITS;
  }

  /**
   * Chooses a token. The scores are copied only where something is done to them.
   *
   * @param scores those of all rows
   * @param row the row that the token is for
   * @param position the scored position that the token follows
   * @param sequence what the row has read up to there
   * @return the token
   * @throws dev.aligner.InferenceException if the scores leave no choice
   */
  int choose(Scores scores, int row, int position, TokenSequence sequence) {
    if (untouched) {
      return scores.argMax(row, position);
    }
    scores.copyTo(row, position, copy);
    processors.process(sequence.inputIds(), copy);
    return pick.applyAsInt(copy);
  }
}

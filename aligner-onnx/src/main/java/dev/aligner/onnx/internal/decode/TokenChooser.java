package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.internal.decode.process.LogitsProcessors;
import dev.aligner.onnx.internal.decode.process.TokenSampler;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/** Chooses the next token of the outputs of one prompt: the best one, or one drawn at random. */
final class TokenChooser {

  private final LogitsProcessors processors;
  private final ToIntFunction<float[]> pick;
  private final boolean untouched;

  private TokenChooser(
      LogitsProcessors processors, ToIntFunction<float[]> pick, boolean untouched) {
    this.processors = processors;
    this.pick = pick;
    this.untouched = untouched;
  }

  /** Makes what a request asks for one of its prompts. */
  static TokenChooser of(SearchRequest request, int prompt) {
    LogitsProcessors processors = LogitsProcessors.of(request, prompt);
    if (!request.decoding().get(DecodingOption.DO_SAMPLE)) {
      return new TokenChooser(processors, ScoreArrays::argMax, processors.isEmpty());
    }
    RandomGenerator random = request.decoding().get(DecodingOption.RANDOM).get();
    TokenSampler sampler = new TokenSampler();
    return new TokenChooser(processors, scores -> sampler.draw(scores, random), false);
  }

  /**
   * Chooses a token. The scores are copied only where something is done to them.
   *
   * @param scores those of all rows
   * @param row the row that the token is for
   * @param sequence what the row has read
   * @param copy takes the scores of the row
   * @return the token
   */
  int choose(Scores scores, int row, TokenSequence sequence, float[] copy) {
    if (untouched) {
      return scores.argMax(row);
    }
    scores.copyTo(row, copy);
    processors.process(sequence.inputIds(), copy);
    return pick.applyAsInt(copy);
  }
}

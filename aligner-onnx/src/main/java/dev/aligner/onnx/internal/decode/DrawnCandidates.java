package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.internal.decode.process.TokenSampler;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Candidates drawn at random, without replacement, by the softmax of their scores. */
final class DrawnCandidates implements Candidates {

  private final float[] scores;
  private final TokenSampler sampler;
  private final int vocabSize;
  private final int count;
  private final RandomGenerator random;

  /**
   * Makes what draws for one prompt.
   *
   * @param scores room for the scores of all beams, which prompts may share
   * @param sampler what draws, which prompts may share too
   * @param vocabSize the number of ids
   * @param count how many are drawn
   * @param random where the random numbers come from
   */
  DrawnCandidates(
      float[] scores, TokenSampler sampler, int vocabSize, int count, RandomGenerator random) {
    this.scores = scores;
    this.sampler = sampler;
    this.vocabSize = vocabSize;
    this.count = count;
    this.random = random;
  }

  @Override
  public void offer(int beam, float beamScore, float[] logProbs) {
    int start = beam * vocabSize;
    for (int token = 0; token < vocabSize; token++) {
      float score = beamScore + logProbs[token];
      scores[start + token] = Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score;
    }
  }

  /** In the order of drawing. */
  @Override
  public List<Candidate> take() {
    return IntStream.of(sampler.drawWithoutReplacement(scores, count, random))
        .mapToObj(i -> new Candidate(i / vocabSize, i % vocabSize, scores[i]))
        .toList();
  }
}

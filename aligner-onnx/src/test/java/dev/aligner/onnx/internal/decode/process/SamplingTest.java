package dev.aligner.onnx.internal.decode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import org.junit.jupiter.api.Test;

/** What sampling does to scores, on the vectors of transformers' test_logits_process.py. */
class SamplingTest {

  private static final Decoding SAMPLING = Decoding.sampling().with(DecodingOption.TOP_K, 0);

  /** Two beams and one end-of-sequence token: two ids are kept at the least. */
  private static final Decoding BEAMS = SAMPLING.with(DecodingOption.NUM_BEAMS, 2);

  private static final float[] RAMP = Prompt.ramp(10, id -> id - 5);
  private static final float[] STEEP_RAMP = Prompt.ramp(10, id -> (id - 5) * 100);

  @Test
  void process_temperature_sharpensBelowOneAndSmoothsAbove() {
    float[] scores = Prompt.ramp(20, id -> id == 5 ? 0.15 : id == 10 ? -0.35 : 0.05);
    TokenSampler sampler = new TokenSampler();

    float[] plain = sampler.probabilities(scores);
    float[] sharp = sampler.probabilities(sampled(with(DecodingOption.TEMPERATURE, 0.5), scores));
    float[] smooth = sampler.probabilities(sampled(with(DecodingOption.TEMPERATURE, 1.3), scores));

    assertThat(sharp[5]).isGreaterThan(plain[5]);
    assertThat(sharp[10]).isLessThan(plain[10]);
    assertThat(smooth[5]).isLessThan(plain[5]);
    assertThat(smooth[10]).isGreaterThan(plain[10]);
  }

  @Test
  void process_topK_keepsTheHighestScores() {
    float[] folded = Prompt.ramp(10, id -> id < 5 ? id + 10 : id);
    Decoding three = with(DecodingOption.TOP_K, 3);

    assertThat(kept(three, RAMP)).containsExactly(7, 8, 9);
    assertThat(kept(three, folded)).containsExactly(2, 3, 4);
    assertThat(kept(three, Prompt.uniform(5))).hasSize(5);
    assertThat(kept(three, 1, 2)).hasSize(2);
    assertThat(kept(BEAMS.with(DecodingOption.TOP_K, 1), RAMP)).containsExactly(8, 9);
  }

  @Test
  void process_topP_keepsTheFewestThatReachTheShare() {
    Decoding decoding = with(DecodingOption.TOP_P, 0.8);

    assertThat(kept(decoding, Prompt.log(0.3, 0.1, 0.1, 0.5))).containsExactly(0, 3);
    assertThat(kept(decoding, Prompt.log(0.15, 0.3, 0.3, 0.25))).containsExactly(1, 2, 3);
    assertThat(kept(BEAMS.with(DecodingOption.TOP_P, 0.9), RAMP)).hasSize(3);
    assertThat(kept(BEAMS.with(DecodingOption.TOP_P, 0.9), STEEP_RAMP)).containsExactly(8, 9);
    assertThat(kept(with(DecodingOption.TOP_P, 0.0), RAMP)).containsExactly(9);
  }

  @Test
  void process_topPOfEqualScores_removesTheLowestIds() {
    float[] equal = new float[8];

    assertThat(kept(with(DecodingOption.TOP_P, 0.3), equal)).containsExactly(5, 6, 7);
  }

  @Test
  void process_minP_keepsAShareOfTheHighestProbability() {
    Decoding decoding = with(DecodingOption.MIN_P, 0.05);

    assertThat(kept(decoding, Prompt.log(0.9, 0.0274, 0.047, 0.0274))).containsExactly(0, 2);
    assertThat(kept(decoding, Prompt.log(0.15, 0.3, 0.3, 0.25))).hasSize(4);
    assertThat(kept(decoding, Prompt.log(0.97, 0.01, 0.01, 0.01))).containsExactly(0);
    assertThat(kept(BEAMS.with(DecodingOption.MIN_P, 0.9), RAMP)).containsExactly(8, 9);
    assertThat(kept(BEAMS.with(DecodingOption.MIN_P, 0.9), STEEP_RAMP)).containsExactly(8, 9);
  }

  @Test
  void process_typicalP_keepsWhatSurprisesAsExpected() {
    Decoding decoding = with(DecodingOption.TYPICAL_P, 0.5);
    Decoding beams = BEAMS.with(DecodingOption.TYPICAL_P, 0.7);

    assertThat(kept(decoding, Prompt.log(0.97, 0.01, 0.01, 0.01))).containsExactly(0);
    assertThat(kept(decoding, Prompt.log(0.4, 0.2, 0.2, 0.2))).containsExactly(1, 2, 3);
    assertThat(kept(BEAMS.with(DecodingOption.TYPICAL_P, 0.5), Prompt.uniform(5))).hasSize(5);
    assertThat(kept(beams, RAMP)).hasSize(2);
    assertThat(kept(beams, STEEP_RAMP)).hasSize(2);
  }

  @Test
  void process_epsilonCutoff_keepsAProbability() {
    Decoding decoding = with(DecodingOption.EPSILON_CUTOFF, 0.1);
    Decoding beams = BEAMS.with(DecodingOption.EPSILON_CUTOFF, 5e-2);

    assertThat(kept(decoding, Prompt.log(0.87, 0.099, 0.001, 0.03))).containsExactly(0);
    assertThat(kept(decoding, Prompt.log(0.4, 0.299, 0.101, 0.2))).hasSize(4);
    assertThat(kept(beams, RAMP)).hasSize(3);
    assertThat(kept(beams, STEEP_RAMP)).containsExactly(8, 9);
  }

  @Test
  void process_etaCutoff_keepsAProbabilityThatTheEntropyLowers() {
    Decoding decoding = with(DecodingOption.ETA_CUTOFF, 0.0625);
    Decoding beams = BEAMS.with(DecodingOption.ETA_CUTOFF, 0.1);

    assertThat(kept(decoding, Prompt.log(0.0, 0.1, 0.8, 0.1))).containsExactly(1, 2, 3);
    assertThat(kept(decoding, Prompt.log(0.01, 0.04, 0.9, 0.05))).containsExactly(2);
    assertThat(kept(beams, RAMP)).hasSize(2);
    assertThat(kept(beams, STEEP_RAMP)).containsExactly(8, 9);
  }

  @Test
  void process_renormalizeLogits_givesLogProbabilities() {
    Decoding decoding = Decoding.greedy().with(DecodingOption.RENORMALIZE_LOGITS, true);
    TokenSampler sampler = new TokenSampler();
    float[] scores = {-23.18f, -29.96f, -43.54f, 47.77f};

    float[] normalized = sampled(decoding, scores);

    double sum = 0;
    for (int id = 0; id < scores.length; id++) {
      sum += Math.exp(normalized[id]);
      assertThat((float) Math.exp(normalized[id]))
          .isCloseTo(sampler.probabilities(scores)[id], within(1e-6f));
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
  }

  @Test
  void process_removeInvalidValues_leavesFiniteScores() {
    Decoding decoding = Decoding.greedy().with(DecodingOption.REMOVE_INVALID_VALUES, true);
    float max = Float.MAX_VALUE;

    assertThat(sampled(decoding, 0, 0.7f, 0.8f, Float.NaN)).containsExactly(0, 0.7f, 0.8f, 0);
    assertThat(sampled(decoding, 0.1f, Float.POSITIVE_INFINITY, 0.3f, Float.NEGATIVE_INFINITY))
        .containsExactly(0.1f, max, 0.3f, -max);
  }

  private static <T> Decoding with(DecodingOption<T> option, T value) {
    return SAMPLING.with(option, value);
  }

  private static int[] kept(Decoding decoding, float... scores) {
    return Prompt.kept(sampled(decoding, scores));
  }

  private static float[] sampled(Decoding decoding, float... scores) {
    return Prompt.of(5).process(decoding, new int[] {5}, scores);
  }
}

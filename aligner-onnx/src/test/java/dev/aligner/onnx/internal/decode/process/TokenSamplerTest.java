package dev.aligner.onnx.internal.decode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.InferenceException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenSamplerTest {

  private static final float NO = Float.NEGATIVE_INFINITY;
  private static final double[] SHARES = {0.4, 0.3, 0.2, 0.1};
  private static final float[] SCORES = {-1, NO, 0.5f, 2, 1, -3, 0, NO, 2};
  private static final int DRAWS = 20_000;

  private final TokenSampler sampler = new TokenSampler();
  private final RandomGenerator random = new SplittableRandom(42);

  @Test
  void draw_often_hasTheDistributionOfSoftmax() {
    long[] counts = new long[SCORES.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.draw(SCORES, random)]++;
    }

    float[] probabilities = sampler.probabilities(SCORES);
    double chiSquare = 0;
    for (int id = 0; id < counts.length; id++) {
      double expected = DRAWS * (double) probabilities[id];
      assertThat(counts[id] == 0).isEqualTo(expected == 0);
      chiSquare += expected == 0 ? 0 : Math.pow(counts[id] - expected, 2) / expected;
    }
    assertThat(chiSquare).isLessThan(22.46); // p > 0.001 of 6 degrees of freedom
  }

  @Test
  void drawWithoutReplacement_often_hasTheDistributionOfDrawsInSuccession() {
    float[] scores = Prompt.log(SHARES);
    long[][] counts = new long[4][4];
    for (int i = 0; i < DRAWS; i++) {
      int[] pair = sampler.drawWithoutReplacement(scores, 2, random);
      counts[pair[0]][pair[1]]++;
    }

    double chiSquare = 0;
    for (int first = 0; first < 4; first++) {
      assertThat(counts[first][first]).isZero();
      for (int second = 0; second < 4; second++) {
        if (first != second) {
          double expected = DRAWS * SHARES[first] * SHARES[second] / (1 - SHARES[first]);
          chiSquare += Math.pow(counts[first][second] - expected, 2) / expected;
        }
      }
    }
    assertThat(chiSquare).isLessThan(31.26); // p > 0.001 of 11 degrees of freedom
  }

  @Test
  void drawWithoutReplacement_allIds_drawsEachOnce() {
    int[] drawn = sampler.drawWithoutReplacement(Prompt.log(SHARES), 4, random);

    assertThat(drawn).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void drawWithoutReplacement_moreThanArePossible_takesTheBestOfTheOthers() {
    float[] scores = {NO, -1e9f, 3, -1e9f, -1e8f, NO, -2e9f};

    int[] drawn = sampler.drawWithoutReplacement(scores, 6, random);

    assertThat(drawn).containsExactly(2, 4, 1, 3, 6, 0);
  }

  @Test
  void drawWithoutReplacement_moreThanThereAre_isRefused() {
    assertThatThrownBy(() -> sampler.drawWithoutReplacement(new float[3], 4, random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected to draw 0 to 3 ids; found 4");
  }

  @Test
  void draw_ends_areReached() {
    float[] scores = {NO, 0, 0, NO};

    assertThat(sampler.draw(scores, generator(0))).isEqualTo(1);
    assertThat(sampler.draw(scores, generator(0.49))).isEqualTo(1);
    assertThat(sampler.draw(scores, generator(0.5))).isEqualTo(2);
    assertThat(sampler.draw(scores, generator(Math.nextDown(1.0)))).isEqualTo(2);
  }

  @Test
  void draw_changesNoScores() {
    float[] scores = SCORES.clone();

    sampler.draw(scores, random);
    sampler.drawWithoutReplacement(scores, 9, random);

    assertThat(scores).containsExactly(SCORES);
  }

  @Test
  void probabilities_scoresFarApart_neitherOverflowNorVanish() {
    assertThat(sampler.probabilities(new float[] {1e30f, 1e30f, -1e30f}))
        .containsExactly(0.5f, 0.5f, 0);
    assertThat(sampler.probabilities(new float[] {-1e30f})).containsExactly(1);
    assertThat(sampler.probabilities(Prompt.log(SHARES)))
        .containsExactly(new float[] {0.4f, 0.3f, 0.2f, 0.1f}, within(1e-7f));
  }

  @ParameterizedTest
  @MethodSource("undrawable")
  void draw_nothingToDraw_saysWhy(float[] scores, String reason) {
    String message = "no token can be drawn from " + scores.length + " scores: " + reason;

    assertThatThrownBy(() -> sampler.draw(scores, random))
        .isInstanceOf(InferenceException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> sampler.drawWithoutReplacement(scores, 1, random))
        .isInstanceOf(InferenceException.class)
        .hasMessage(message);
  }

  static List<Arguments> undrawable() {
    String invalid = "one is NaN or plus infinity";
    return List.of(
        Arguments.of(new float[] {NO, NO}, "all are forbidden"),
        Arguments.of(new float[] {1, Float.NaN}, invalid),
        Arguments.of(new float[] {1, Float.POSITIVE_INFINITY}, invalid));
  }

  private static RandomGenerator generator(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError("one double is enough");
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }
}

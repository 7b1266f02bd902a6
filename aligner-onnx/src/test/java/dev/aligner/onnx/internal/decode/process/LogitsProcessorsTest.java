package dev.aligner.onnx.internal.decode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of processors, the user's own, and scores that are not numbers. */
class LogitsProcessorsTest {

  private static final float NO = Float.NEGATIVE_INFINITY;

  @Test
  void isEmpty_defaults_hasNothingToDo() {
    assertThat(Prompt.of(5).processors(Decoding.greedy(), 9).isEmpty()).isTrue();
    assertThat(Prompt.of(5).processors(Decoding.beamSearch(4), 9).isEmpty()).isTrue();
  }

  @Test
  void isEmpty_optionsOfSamplingWithoutSampling_hasNothingToDo() {
    Decoding decoding =
        Decoding.greedy()
            .with(DecodingOption.TEMPERATURE, 0.5)
            .with(DecodingOption.TOP_K, 5)
            .with(DecodingOption.TOP_P, 0.5)
            .with(DecodingOption.MIN_P, 0.5)
            .with(DecodingOption.TYPICAL_P, 0.5)
            .with(DecodingOption.EPSILON_CUTOFF, 0.5)
            .with(DecodingOption.ETA_CUTOFF, 0.5);

    assertThat(Prompt.of(5).processors(decoding, 9).isEmpty()).isTrue();
  }

  @Test
  void isEmpty_sampling_keepsFiftyAsTransformersDoes() {
    float[] scores = Prompt.of(5).process(Decoding.sampling(), new int[] {5}, ramp(60));

    assertThat(Prompt.kept(scores)).hasSize(50);
  }

  @Test
  void process_usersProcessor_runsAfterPenaltiesAndBeforeSampling() {
    List<float[]> seen = new ArrayList<>();
    LogitsProcessor user =
        (inputIds, scores) -> {
          seen.add(scores.clone());
          scores[2] = 7;
        };
    Decoding decoding =
        Decoding.sampling()
            .with(DecodingOption.SUPPRESS_TOKENS, Set.of(2))
            .with(DecodingOption.PRESENCE_PENALTY, 1.0)
            .with(DecodingOption.LOGITS_PROCESSOR, List.of(user))
            .with(DecodingOption.TEMPERATURE, 0.5);

    float[] scores = Prompt.of(5).process(decoding, new int[] {5, 0}, 1, 2, 3);

    assertThat(seen.get(0)).containsExactly(0, 2, NO);
    assertThat(scores).containsExactly(0, 4, 14);
  }

  @Test
  void process_usersProcessor_readsFromTheStartAndWritesNothing() {
    List<Integer> read = new ArrayList<>();
    LogitsProcessor greedy =
        (inputIds, scores) -> {
          assertThatThrownBy(() -> inputIds.put(0, 1)).isInstanceOf(ReadOnlyBufferException.class);
          while (inputIds.hasRemaining()) {
            read.add(inputIds.get());
          }
          inputIds.limit(0);
        };
    Decoding decoding =
        Decoding.greedy().with(DecodingOption.LOGITS_PROCESSOR, List.of(greedy, greedy));
    IntBuffer inputIds = IntBuffer.wrap(new int[] {5, 6, 7, 8}).position(2).limit(3);

    Prompt.of(5).processors(decoding, 3).process(inputIds, new float[3]);

    assertThat(read).containsExactly(5, 6, 7, 5, 6, 7);
    assertThat(inputIds.limit()).isEqualTo(3);
  }

  @Test
  void process_lengthsThatOverflow_areEndless() {
    Decoding decoding =
        Decoding.greedy()
            .with(DecodingOption.MIN_NEW_TOKENS, Integer.MAX_VALUE)
            .with(DecodingOption.FORCED_EOS_TOKEN_ID, Set.of(1))
            .with(
                DecodingOption.EXPONENTIAL_DECAY_LENGTH_PENALTY,
                Optional.of(new DecodingOption.ExponentialDecay(Integer.MAX_VALUE, 2)));
    Prompt prompt = Prompt.of(5, 5).withMaxNewTokens(Integer.MAX_VALUE);

    assertThat(prompt.process(decoding, new int[50], 1, 2, 3)).containsExactly(NO, 2, 3);
  }

  @Test
  void process_renormalizedBeamWithNowhereToGo_staysForbidden() {
    Decoding decoding = Decoding.beamSearch(2).with(DecodingOption.RENORMALIZE_LOGITS, true);

    assertThat(Prompt.of(5).process(decoding, new int[1], NO, NO)).containsExactly(NO, NO);
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void process_scoresThatAreNoNumbers_neitherFailsNorHangs(float[] scores) {
    Decoding decoding =
        Decoding.sampling()
            .with(DecodingOption.NUM_BEAMS, 2)
            .with(DecodingOption.REPETITION_PENALTY, 1.2)
            .with(DecodingOption.FREQUENCY_PENALTY, 1.0)
            .with(DecodingOption.TEMPERATURE, 0.5)
            .with(DecodingOption.TOP_K, 2)
            .with(DecodingOption.TOP_P, 0.5)
            .with(DecodingOption.MIN_P, 0.5)
            .with(DecodingOption.TYPICAL_P, 0.5)
            .with(DecodingOption.EPSILON_CUTOFF, 0.5)
            .with(DecodingOption.ETA_CUTOFF, 0.5)
            .with(DecodingOption.RENORMALIZE_LOGITS, true);

    assertThat(Prompt.of(1).process(decoding, new int[] {1, 2}, scores)).hasSize(scores.length);
  }

  static List<float[]> invalid() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    return List.of(
        new float[] {nan, nan, nan, nan},
        new float[] {1, nan, 2, 3},
        new float[] {1, inf, 2, 3},
        new float[] {inf, inf, nan, NO},
        new float[] {NO, NO, NO, NO},
        new float[] {NO, NO, NO, 1},
        new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, 0, -0.0f},
        new float[] {1});
  }

  private static float[] ramp(int length) {
    return Prompt.ramp(length, id -> id);
  }
}

package dev.aligner.onnx.internal.decode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Penalties and biases, on the vectors of transformers' test_logits_process.py where it has any.
 */
class PenaltiesTest {

  @Test
  void process_repetitionPenalty_multipliesNegativeAndDividesPositiveScores() {
    Decoding decoding = Decoding.greedy().with(DecodingOption.REPETITION_PENALTY, 2.0);

    float[] first = Prompt.of(0, 1).process(decoding, ids(0, 1), tenths(0, -1));
    float[] second = Prompt.of(5, 0).process(decoding, ids(5, 0), tenths(5, 4));

    assertThat(first).containsExactly(changed(tenths(0, -2), 1, 0.5), within(1e-7f));
    assertThat(second).containsExactly(changed(tenths(5, 2), 0, 0.5), within(1e-7f));
  }

  @Test
  void process_repetitionPenaltyOfAnIdReadTwice_countsOnce() {
    Decoding decoding = Decoding.greedy().with(DecodingOption.REPETITION_PENALTY, 2.0);

    assertThat(Prompt.of(1).process(decoding, ids(1, 1, 1), 8, 8)).containsExactly(8, 4);
  }

  @Test
  void process_encoderRepetitionPenalty_favoursThePrompt() {
    Decoding decoding = Decoding.greedy().with(DecodingOption.ENCODER_REPETITION_PENALTY, 2.0);

    float[] first = Prompt.ofEncoder(0, 1).process(decoding, ids(7), tenths(0, -1));
    float[] second = Prompt.of(5, 0, 5).process(decoding, ids(5, 0, 5, 7), tenths(5, 4));

    assertThat(first).containsExactly(changed(tenths(0, -0.5), 1, 2), within(1e-7f));
    assertThat(second).containsExactly(changed(tenths(5, 8), 0, 2), within(1e-7f));
  }

  @Test
  void process_promptBeyondTheVocabulary_isNoReasonToFail() {
    Decoding decoding =
        Decoding.greedy()
            .with(DecodingOption.ENCODER_REPETITION_PENALTY, 2.0)
            .with(DecodingOption.REPETITION_PENALTY, 3.0)
            .with(DecodingOption.FREQUENCY_PENALTY, 1.0)
            .with(DecodingOption.NO_REPEAT_NGRAM_SIZE, 1)
            .with(DecodingOption.ENCODER_NO_REPEAT_NGRAM_SIZE, 1);

    float[] scores = Prompt.ofEncoder(9, 9).process(decoding, ids(9, 9), 1, 2, 3);

    assertThat(scores).containsExactly(1, 2, 3);
  }

  @Test
  void process_sequenceBias_addsToWhatCompletesASequence() {
    Map<List<Integer>, Double> bias =
        Map.of(
            List.of(1), 100.0,
            List.of(4), 100.0,
            List.of(1, 0), -100.0,
            List.of(0, 1, 2), -100.0,
            List.of(1, 3, 1, 3), -100.0,
            List.of(1, 3, 1, 3, 1, 3), -100.0);
    Decoding decoding = Decoding.greedy().with(DecodingOption.SEQUENCE_BIAS, bias);

    float[] first = Prompt.of(0).process(decoding, ids(0, 1, 3, 1), new float[5]);
    float[] second = Prompt.of(0).process(decoding, ids(0, 1, 0, 1), new float[5]);

    assertThat(first).containsExactly(-100, 100, 0, -100, 100);
    assertThat(second).containsExactly(-100, 100, -100, 0, 100);
  }

  @Test
  void process_sequenceAsLongAsWhatWasReadAndOneMore_hasNoBias() {
    Decoding decoding =
        Decoding.greedy().with(DecodingOption.SEQUENCE_BIAS, Map.of(List.of(1, 2), 5.0));

    assertThat(Prompt.of(1).process(decoding, ids(1), 0, 0, 0)).containsExactly(0, 0, 0);
    assertThat(Prompt.of(1).process(decoding, ids(0, 1), 0, 0, 0)).containsExactly(0, 0, 5);
  }

  @Test
  void process_exponentialDecay_raisesTheEndBeyondItsStart() {
    Decoding decoding = decay(5, 1.1);
    Prompt prompt = Prompt.of(6, 6);
    float[] uniform = Prompt.uniform(20);
    float[] negative = Prompt.ramp(20, id -> -1.0 / 20);
    float grown = (float) ((Math.pow(1.1, 13) - 1) / 20);

    assertThat(prompt.process(decoding, new int[7], uniform)).containsExactly(uniform);
    assertThat(prompt.process(decoding, new int[20], uniform)[0])
        .isCloseTo(0.05f + grown, within(1e-6f));
    assertThat(prompt.process(decoding, new int[20], negative)[0])
        .isCloseTo(-0.05f + grown, within(1e-6f));
    assertThat(prompt.process(decoding, new int[20], negative)[1]).isEqualTo(-0.05f);
  }

  @Test
  void process_exponentialDecayOfAForbiddenEnd_makesItCertainAsTransformersDoes() {
    Decoding decoding = decay(0, 1.1).with(DecodingOption.MIN_LENGTH, 9);

    assertThat(Prompt.of(5).process(decoding, ids(5, 6), 1, 2))
        .containsExactly(Float.POSITIVE_INFINITY, 2);
  }

  @Test
  void process_exponentialDecayBeyondAllFloats_endsAtTheLargest() {
    assertThat(Prompt.of(5).process(decay(0, 10), new int[1000], 3, 2))
        .containsExactly(Float.MAX_VALUE, 2);
  }

  @Test
  void process_frequencyAndPresencePenalty_countWhatWasWritten() {
    Decoding decoding =
        Decoding.greedy()
            .with(DecodingOption.FREQUENCY_PENALTY, 1.2)
            .with(DecodingOption.PRESENCE_PENALTY, 0.5);

    float[] scores = Prompt.of(4, 4, 1).process(decoding, ids(4, 4, 1, 2, 3, 2), new float[5]);

    assertThat(scores).containsExactly(new float[] {0, 0, -2.9f, -1.7f, 0}, within(1e-6f));
  }

  @Test
  void process_frequencyPenaltyOfAnEncoderDecoder_leavesOutTheStartTokenAlone() {
    Decoding decoding = Decoding.greedy().with(DecodingOption.FREQUENCY_PENALTY, 2.0);
    LogitsProcessors processors = Prompt.ofEncoder(1, 2, 3).processors(decoding, 4);
    float[] scores = new float[4];

    processors.process(IntBuffer.wrap(ids(0, 3)), new float[4]);
    processors.process(IntBuffer.wrap(ids(0, 1)), scores);

    assertThat(scores).containsExactly(0, -2, 0, 0);
  }

  private static Decoding decay(int start, double factor) {
    return Decoding.greedy()
        .with(
            DecodingOption.EXPONENTIAL_DECAY_LENGTH_PENALTY,
            Optional.of(new DecodingOption.ExponentialDecay(start, factor)));
  }

  private static int[] ids(int... ids) {
    return ids;
  }

  /** Ten scores of 1/10, but for one. */
  private static float[] tenths(int changedId, double tenths) {
    return changed(Prompt.uniform(10), changedId, tenths);
  }

  private static float[] changed(float[] scores, int id, double tenths) {
    scores[id] = (float) (tenths / 10);
    return scores;
  }
}

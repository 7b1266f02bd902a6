package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.Drafts;
import dev.aligner.onnx.internal.decode.SearchRequest;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** A prompt of a generation, from which tests run the processors that a decoding asks for. */
record Prompt(int[] ids, boolean encoderDecoder, Set<Integer> eosIds, int maxNewTokens) {

  /** Returns the prompt of a decoder alone that ends with id 0. */
  static Prompt of(int... ids) {
    return new Prompt(ids, false, Set.of(0), 100);
  }

  /** Returns a prompt that an encoder has read. */
  static Prompt ofEncoder(int... ids) {
    return new Prompt(ids, true, Set.of(0), 100);
  }

  Prompt withEos(Integer... ids) {
    return new Prompt(this.ids, encoderDecoder, Set.of(ids), maxNewTokens);
  }

  Prompt withMaxNewTokens(int tokens) {
    return new Prompt(ids, encoderDecoder, eosIds, tokens);
  }

  LogitsProcessors processors(Decoding decoding, int vocabSize) {
    SearchRequest request =
        new SearchRequest(
            List.of(ids),
            encoderDecoder,
            decoding,
            eosIds,
            0,
            List.of(maxNewTokens),
            vocabSize,
            SearchRequest.NO_STOP,
            Drafts.NONE,
            SearchRequest.TokenListener.NONE,
            Cancellation.NEVER);
    return LogitsProcessors.of(request, 0);
  }

  /** Returns what becomes of scores after some ids were read. */
  float[] process(Decoding decoding, int[] inputIds, float... scores) {
    float[] processed = scores.clone();
    processors(decoding, scores.length).process(IntBuffer.wrap(inputIds), processed);
    return processed;
  }

  /** Returns equal scores that sum up to 1. */
  static float[] uniform(int length) {
    float[] scores = new float[length];
    Arrays.fill(scores, 1.0f / length);
    return scores;
  }

  /** Returns which ids are forbidden. */
  static boolean[] forbidden(float[] scores) {
    boolean[] forbidden = new boolean[scores.length];
    for (int id = 0; id < scores.length; id++) {
      forbidden[id] = scores[id] == Float.NEGATIVE_INFINITY;
    }
    return forbidden;
  }

  /** Returns which ids are left. */
  static int[] kept(float[] scores) {
    return IntStream.range(0, scores.length)
        .filter(id -> scores[id] != Float.NEGATIVE_INFINITY)
        .toArray();
  }

  /** Returns natural logarithms. */
  static float[] log(double... probabilities) {
    float[] logs = new float[probabilities.length];
    for (int id = 0; id < logs.length; id++) {
      logs[id] = (float) Math.log((float) probabilities[id]);
    }
    return logs;
  }

  /** Returns 0, 1, 2 and so on, after a change. */
  static float[] ramp(int length, IntToDoubleFunction change) {
    float[] scores = new float[length];
    for (int id = 0; id < length; id++) {
      scores[id] = (float) change.applyAsDouble(id);
    }
    return scores;
  }
}

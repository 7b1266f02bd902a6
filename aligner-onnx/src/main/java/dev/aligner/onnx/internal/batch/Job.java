package dev.aligner.onnx.internal.batch;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import java.util.List;
import java.util.Optional;

/**
 * What is generated in one go: one batch of one call, or several of them put together.
 *
 * @param prompts token ids, none empty; at least one
 * @param drafts for each prompt what its output may repeat, empty for none; or no list at all
 * @param limits for each prompt the most tokens to write
 * @param decoding how tokens are chosen
 * @param loraAdapter the adapter that the model has; without one it is the base
 * @param listener hears of tokens, in the thread of the caller
 * @param cancellation ends it
 * @param begun whether its call has generated already, so that it is not refused any more
 */
public record Job(
    List<int[]> prompts,
    List<int[]> drafts,
    List<Integer> limits,
    Decoding decoding,
    Optional<String> loraAdapter,
    TokenListener listener,
    Cancellation cancellation,
    boolean begun) {

  /** Copies. */
  public Job {
    prompts = List.copyOf(prompts);
    drafts = List.copyOf(drafts);
    limits = List.copyOf(limits);
  }

  /**
   * Tells whether it may be put together with others. Beams and several samples are decoded alone;
   * code of a caller's runs in no other caller's thread; and what has a draft reads many tokens in
   * a step already: beside others it only waits for the slowest.
   */
  boolean isSociable() {
    return drafts.stream().allMatch(draft -> draft.length == 0)
        && decoding.get(DecodingOption.NUM_BEAMS) == 1
        && decoding.get(DecodingOption.NUM_RETURN_SEQUENCES) == 1
        && decoding.get(DecodingOption.LOGITS_PROCESSOR).isEmpty()
        && decoding.find(DecodingOption.RANDOM).isEmpty();
  }

  /** Tells whether another one chooses tokens in the same way, of the same model. */
  boolean isLike(Job other) {
    return loraAdapter.equals(other.loraAdapter) && decoding.equals(other.decoding);
  }

  /** Returns some of its prompts as a job that goes on where this one failed. */
  Job part(int from, int to, TokenListener heard) {
    return new Job(
        prompts.subList(from, to),
        drafts.isEmpty() ? drafts : drafts.subList(from, to),
        limits.subList(from, to),
        decoding,
        loraAdapter,
        heard,
        cancellation,
        begun || heard != listener);
  }

  /** Returns the draft of a prompt, empty for none. */
  int[] draft(int prompt) {
    return drafts.isEmpty() ? new int[0] : drafts.get(prompt);
  }
}

package dev.aligner.onnx.internal.decode;

import dev.aligner.FinishReason;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * When an output of one prompt ends.
 *
 * @param eosTokenIds the end-of-sequence tokens; empty if the model has none
 * @param maxNewTokens the most tokens to write, the end-of-sequence token included; at least 1
 * @param stop tells of the tokens written so far whether a stop string ends them
 */
record StopCriteria(Set<Integer> eosTokenIds, int maxNewTokens, Predicate<int[]> stop) {

  StopCriteria {
    eosTokenIds = Set.copyOf(eosTokenIds);
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "expected maxNewTokens to be at least 1; found " + maxNewTokens);
    }
  }

  /** Takes what a request says about one of its prompts. */
  static StopCriteria of(SearchRequest request, int prompt) {
    return new StopCriteria(
        request.eosTokenIds(), request.maxNewTokens().get(prompt), request.stop());
  }

  /**
   * Judges what was written so far, the last token being new.
   *
   * @param written at least one token
   * @return why it ends here, or empty if it goes on
   */
  Optional<FinishReason> check(int[] written) {
    if (eosTokenIds.contains(written[written.length - 1]) || stop.test(written)) {
      return Optional.of(FinishReason.STOP);
    }
    return written.length >= maxNewTokens ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  /**
   * Judges what was written so far, as above, and copies it only where it is to be looked through.
   */
  Optional<FinishReason> check(TokenSequence sequence) {
    if (stop != SearchRequest.NO_STOP) {
      return check(sequence.writtenIds());
    }
    if (eosTokenIds.contains(sequence.fromEnd(0))) {
      return Optional.of(FinishReason.STOP);
    }
    return sequence.written() >= maxNewTokens ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  /** Cuts an output behind its first end-of-sequence token, if it goes on there. */
  DecodedRow cut(DecodedRow row) {
    int[] ids = row.tokenIds();
    for (int i = 0; i < ids.length - 1; i++) {
      if (eosTokenIds.contains(ids[i])) {
        return new DecodedRow(
            Arrays.copyOf(ids, i + 1), FinishReason.STOP, row.score(), row.drafts());
      }
    }
    return row;
  }
}

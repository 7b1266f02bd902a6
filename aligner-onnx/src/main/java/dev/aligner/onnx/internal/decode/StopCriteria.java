package dev.aligner.onnx.internal.decode;

import java.util.Set;

/**
 * When a row of a generation ends.
 *
 * @param eosTokenIds the end-of-sequence tokens; empty if the model has none
 * @param maxNewTokens the most tokens to write, the end-of-sequence token included; at least 1
 */
public record StopCriteria(Set<Integer> eosTokenIds, int maxNewTokens) {

  /** Checks and copies. */
  public StopCriteria {
    eosTokenIds = Set.copyOf(eosTokenIds);
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException("maxNewTokens must be at least 1: " + maxNewTokens);
    }
  }
}

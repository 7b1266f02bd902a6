package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.Decoding;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a search is to do with a generation that has just begun.
 *
 * @param prompts the token ids of each prompt, none padded: what the encoder read, or what a
 *     decoder alone reads
 * @param encoderDecoder whether the prompts are the encoder's
 * @param decoding how tokens are chosen; nothing of it is looked up in a model any more
 * @param eosTokenIds the end-of-sequence tokens; empty if the model has none
 * @param padTokenId what ended rows read
 * @param maxNewTokens the most tokens to write for each prompt, the end-of-sequence token included;
 *     at least 1
 * @param vocabSize the number of ids
 * @param stop tells of the tokens written so far whether a stop string ends them; asked after each
 *     token, unless it is {@link #NO_STOP}
 * @param drafts what outputs may repeat; read by greedy search alone
 * @param listener hears of each token of a search that never takes one back
 * @param cancellation asked before each step
 */
public record SearchRequest(
    List<int[]> prompts,
    boolean encoderDecoder,
    Decoding decoding,
    Set<Integer> eosTokenIds,
    int padTokenId,
    List<Integer> maxNewTokens,
    int vocabSize,
    Predicate<int[]> stop,
    Drafts drafts,
    TokenListener listener,
    Cancellation cancellation) {

  /** No stop string: never ends an output. */
  public static final Predicate<int[]> NO_STOP = written -> false;

  /** Hears of tokens as they are written. */
  @FunctionalInterface
  public interface TokenListener {

    /** Hears nothing. */
    TokenListener NONE = (prompt, token) -> {};

    /**
     * Hears of a token.
     *
     * @param prompt the index of the prompt
     * @param token the id that was written
     */
    void onToken(int prompt, int token);
  }

  /** Copies. */
  public SearchRequest {
    prompts = List.copyOf(prompts);
    eosTokenIds = Set.copyOf(eosTokenIds);
    maxNewTokens = List.copyOf(maxNewTokens);
  }
}

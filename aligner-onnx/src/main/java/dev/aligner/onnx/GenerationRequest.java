package dev.aligner.onnx;

import dev.aligner.Prompt;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link OnnxGenerator} is to go on from: a text or token ids.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells lengths, never the text.
 */
public final class GenerationRequest {

  private final @Nullable Prompt prompt;
  private final int[] inputIds;
  private final OptionalInt maxNewTokens;

  private GenerationRequest(@Nullable Prompt prompt, int[] inputIds, OptionalInt maxNewTokens) {
    this.prompt = prompt;
    this.inputIds = inputIds;
    this.maxNewTokens = maxNewTokens;
  }

  /**
   * Makes a request of a text. The text is trusted: control tokens that it spells are control
   * tokens, as {@code tokenizer(text)} of transformers has it.
   *
   * @param text the whole prompt
   * @return the request
   */
  public static GenerationRequest ofPrompt(String text) {
    return new GenerationRequest(Prompt.ofTrusted(text), new int[0], OptionalInt.empty());
  }

  /**
   * Makes a request of token ids, which are taken as they are.
   *
   * @param ids the ids, special ones included; at least one
   * @return the request
   * @throws IllegalArgumentException if there is none
   */
  public static GenerationRequest ofInputIds(int... ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("expected at least one token id; found none");
    }
    return new GenerationRequest(null, ids.clone(), OptionalInt.empty());
  }

  /**
   * Returns a request with a bound for the output.
   *
   * @param limit the longest output in tokens, the end-of-sequence token included; at least 1. The
   *     default is the model's own
   * @return a request that differs from this one in the bound alone
   * @throws IllegalArgumentException if it is not at least 1
   */
  public GenerationRequest withMaxNewTokens(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("expected maxNewTokens of at least 1; found " + limit);
    }
    return new GenerationRequest(prompt, inputIds, OptionalInt.of(limit));
  }

  @Nullable Prompt prompt() {
    return prompt;
  }

  int[] inputIds() {
    return inputIds.clone();
  }

  OptionalInt maxNewTokens() {
    return maxNewTokens;
  }

  @Override
  public String toString() {
    return "GenerationRequest["
        + (prompt == null ? inputIds.length + " ids" : prompt.text().length() + " chars")
        + (maxNewTokens.isPresent() ? ", maxNewTokens=" + maxNewTokens.getAsInt() : "")
        + "]";
  }
}

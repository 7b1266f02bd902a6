package dev.aligner.onnx;

import dev.aligner.Prompt;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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
  private final Decoding decoding;
  private final Optional<Duration> timeout;
  private final Optional<String> loraAdapter;

  private GenerationRequest(
      @Nullable Prompt prompt,
      int[] inputIds,
      OptionalInt maxNewTokens,
      Decoding decoding,
      Optional<Duration> timeout,
      Optional<String> loraAdapter) {
    this.prompt = prompt;
    this.inputIds = inputIds;
    this.maxNewTokens = maxNewTokens;
    this.decoding = decoding;
    this.timeout = timeout;
    this.loraAdapter = loraAdapter;
  }

  private static GenerationRequest of(@Nullable Prompt prompt, int[] inputIds) {
    return new GenerationRequest(
        prompt,
        inputIds,
        OptionalInt.empty(),
        Decoding.ofModel(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Makes a request of a text. The text is trusted: control tokens that it spells are control
   * tokens, as {@code tokenizer(text)} of transformers has it.
   *
   * @param text the whole prompt
   * @return the request
   */
  public static GenerationRequest ofPrompt(String text) {
    return of(Prompt.ofTrusted(text), new int[0]);
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
    return of(null, ids.clone());
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
    return new GenerationRequest(
        prompt, inputIds, OptionalInt.of(limit), decoding, timeout, loraAdapter);
  }

  /**
   * Returns a request with a choice of how tokens are chosen.
   *
   * @param choice the decoding. The default is {@link Decoding#ofModel()}
   * @return a request that differs from this one in the decoding alone
   */
  public GenerationRequest withDecoding(Decoding choice) {
    Objects.requireNonNull(choice, "choice");
    return new GenerationRequest(prompt, inputIds, maxNewTokens, choice, timeout, loraAdapter);
  }

  /**
   * Returns a request with a bound for its time.
   *
   * @param longest the longest time it may take, looked at before each step; above 0. The default
   *     is none. What takes longer ends with an {@link dev.aligner.InferenceException}
   * @return a request that differs from this one in the bound alone
   * @throws IllegalArgumentException if it is not above 0
   */
  public GenerationRequest withTimeout(Duration longest) {
    if (longest.isNegative() || longest.isZero()) {
      throw new IllegalArgumentException("expected a timeout above 0; found " + longest);
    }
    return new GenerationRequest(
        prompt, inputIds, maxNewTokens, decoding, Optional.of(longest), loraAdapter);
  }

  /**
   * Returns a request to the model with a LoRA adapter.
   *
   * @param name the name of an adapter that the generator was opened with. The default is the base
   *     alone
   * @return a request that differs from this one in the adapter alone
   */
  public GenerationRequest withLoraAdapter(String name) {
    Objects.requireNonNull(name, "name");
    return new GenerationRequest(
        prompt, inputIds, maxNewTokens, decoding, timeout, Optional.of(name));
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

  Decoding decoding() {
    return decoding;
  }

  Optional<Duration> timeout() {
    return timeout;
  }

  Optional<String> loraAdapter() {
    return loraAdapter;
  }

  @Override
  public String toString() {
    return "GenerationRequest["
        + (prompt == null ? inputIds.length + " ids" : prompt.text().length() + " chars")
        + (maxNewTokens.isPresent() ? ", maxNewTokens=" + maxNewTokens.getAsInt() : "")
        + ", "
        + decoding
        + timeout.map(longest -> ", timeout=" + longest).orElse("")
        + loraAdapter.map(name -> ", loraAdapter=" + name).orElse("")
        + "]";
  }
}

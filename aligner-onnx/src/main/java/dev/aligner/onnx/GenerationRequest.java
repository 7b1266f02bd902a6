package dev.aligner.onnx;

import dev.aligner.Prompt;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link OnnxGenerator} is to go on from: a text or token ids.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells lengths, never the text.
 */
public final class GenerationRequest {

  private final @Nullable Prompt prompt;
  private final int[] inputIds;
  private int[] draft = {};
  private OptionalInt maxNewTokens = OptionalInt.empty();
  private Decoding decoding = Decoding.ofModel();
  private Drafting drafting = Drafting.AUTO;
  private Optional<Duration> timeout = Optional.empty();
  private Optional<String> loraAdapter = Optional.empty();

  private GenerationRequest(@Nullable Prompt prompt, int[] inputIds) {
    this.prompt = prompt;
    this.inputIds = inputIds;
  }

  /** Returns a copy with a change, which is made before anyone sees it. */
  private GenerationRequest with(Consumer<GenerationRequest> change) {
    GenerationRequest copy = new GenerationRequest(prompt, inputIds);
    copy.draft = draft;
    copy.maxNewTokens = maxNewTokens;
    copy.decoding = decoding;
    copy.drafting = drafting;
    copy.timeout = timeout;
    copy.loraAdapter = loraAdapter;
    change.accept(copy);
    return copy;
  }

  /**
   * Makes a request of a text. The text is trusted: control tokens that it spells are control
   * tokens, as {@code tokenizer(text)} of transformers has it.
   *
   * @param text the whole prompt
   * @return the request
   */
  public static GenerationRequest ofPrompt(String text) {
    return new GenerationRequest(Prompt.ofTrusted(text), new int[0]);
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
    return new GenerationRequest(null, ids.clone());
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
    return with(copy -> copy.maxNewTokens = OptionalInt.of(limit));
  }

  /**
   * Returns a request with a choice of how tokens are chosen.
   *
   * @param choice the decoding. The default is {@link Decoding#ofModel()}
   * @return a request that differs from this one in the decoding alone
   */
  public GenerationRequest withDecoding(Decoding choice) {
    Objects.requireNonNull(choice, "choice");
    return with(copy -> copy.decoding = choice);
  }

  /**
   * Returns a request with a draft of the output, such as a text that the output will mostly
   * repeat. The model checks its tokens many at a time. The output is what it is without a draft,
   * and comes sooner the more of the draft it repeats, in its order. Greedy search alone reads it.
   *
   * @param tokenIds the draft, an end-of-sequence token included where it is expected. The default
   *     is none
   * @return a request that differs from this one in the draft alone
   */
  public GenerationRequest withDraft(int... tokenIds) {
    int[] ids = tokenIds.clone();
    return with(copy -> copy.draft = ids);
  }

  /**
   * Returns a request with a choice of where its draft is used.
   *
   * @param choice the choice. The default is {@link Drafting#AUTO}
   * @return a request that differs from this one in the choice alone
   */
  public GenerationRequest withDrafting(Drafting choice) {
    Objects.requireNonNull(choice, "choice");
    return with(copy -> copy.drafting = choice);
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
    return with(copy -> copy.timeout = Optional.of(longest));
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
    return with(copy -> copy.loraAdapter = Optional.of(name));
  }

  @Nullable Prompt prompt() {
    return prompt;
  }

  int[] inputIds() {
    return inputIds.clone();
  }

  int[] draft() {
    return draft.clone();
  }

  Drafting drafting() {
    return drafting;
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
        + (draft.length > 0 ? ", draft=" + draft.length + " ids, " + drafting : "")
        + timeout.map(longest -> ", timeout=" + longest).orElse("")
        + loraAdapter.map(name -> ", loraAdapter=" + name).orElse("")
        + "]";
  }
}

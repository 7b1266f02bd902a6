package dev.aligner.onnx.internal;

import dev.aligner.onnx.Limits;
import dev.aligner.onnx.internal.model.ModelConfig;
import dev.aligner.onnx.internal.model.ModelDirectory;
import java.util.OptionalInt;

/**
 * How many tokens a prompt and an output may have: what the user says, else aligner.json, else
 * generation_config.json, else 2048 as in the paper; and never more positions than the model has.
 */
public final class TokenBudget {

  private static final int NEW_TOKENS_OF_THE_PAPER = 2048;

  /**
   * The default of transformers. It takes a max_length that a file sets to just that for the
   * default, and the default counts new tokens alone.
   */
  private static final int DEFAULT_MAX_LENGTH = 20;

  private final boolean encoderDecoder;
  private final int maxPromptTokens;
  private final int maxNewTokens;
  private final int positions;

  private TokenBudget(
      boolean encoderDecoder, int maxPromptTokens, int maxNewTokens, int positions) {
    this.encoderDecoder = encoderDecoder;
    this.maxPromptTokens = maxPromptTokens;
    this.maxNewTokens = maxNewTokens;
    this.positions = positions;
  }

  /**
   * Works out the budget of a model.
   *
   * @param directory the model
   * @param encoderDecoder whether the prompts belong to an encoder
   * @param limits what the user says
   * @return the budget
   */
  public static TokenBudget of(ModelDirectory directory, boolean encoderDecoder, Limits limits) {
    ModelConfig config = directory.config();
    int positions = config.positions().orElse(Integer.MAX_VALUE);
    int longestPrompt = encoderDecoder ? positions : positions - 1;
    int promptLimit =
        first(limits.maxPromptTokens(), directory.aligner().maxPromptTokens())
            .orElse(longestPrompt);
    int newLimit =
        first(limits.maxNewTokens(), directory.aligner().maxNewTokens())
            .orElseGet(() -> newTokensOf(config, encoderDecoder));
    return new TokenBudget(
        encoderDecoder,
        Math.min(promptLimit, longestPrompt),
        Math.min(newLimit, positions),
        positions);
  }

  private static int newTokensOf(ModelConfig config, boolean encoderDecoder) {
    if (config.maxNewTokens().isPresent()) {
      return config.maxNewTokens().getAsInt();
    }
    int maxLength = config.maxLength().orElse(0);
    if (encoderDecoder && maxLength == DEFAULT_MAX_LENGTH) {
      return DEFAULT_MAX_LENGTH;
    }
    // max_length counts the start token of an encoder-decoder; of a decoder alone it counts the
    // prompt, which says nothing about corrections.
    return encoderDecoder && maxLength > 1 ? maxLength - 1 : NEW_TOKENS_OF_THE_PAPER;
  }

  private static OptionalInt first(OptionalInt a, OptionalInt b) {
    return a.isPresent() ? a : b;
  }

  /**
   * Returns the longest prompt.
   *
   * @return tokens, special ones included
   */
  public int maxPromptTokens() {
    return maxPromptTokens;
  }

  /**
   * Returns the longest output for a prompt.
   *
   * @param promptTokens length of the prompt, at most {@link #maxPromptTokens()}
   * @return tokens, the end-of-sequence token included; at least 1
   */
  public int maxNewTokens(int promptTokens) {
    return encoderDecoder
        ? maxNewTokens
        : Math.max(1, Math.min(maxNewTokens, positions - promptTokens));
  }

  /**
   * Returns this budget with another bound for outputs.
   *
   * @param limit the longest output; at least 1
   * @return the budget; the model's positions still bound it
   */
  public TokenBudget withMaxNewTokens(int limit) {
    return new TokenBudget(encoderDecoder, maxPromptTokens, Math.min(limit, positions), positions);
  }
}

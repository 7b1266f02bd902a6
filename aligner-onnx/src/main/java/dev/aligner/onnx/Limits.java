package dev.aligner.onnx;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * How long prompts and corrections may be, and what happens to those that are longer. Nothing is
 * ever shortened: an answer over a limit has no correction.
 *
 * <p>Immutable and thread-safe.
 */
public final class Limits {

  /** What happens to an answer whose prompt or correction is longer than a limit. */
  public enum WhenExceeded {
    /**
     * The answer stays as it is; the outcome is {@link dev.aligner.CorrectionOutcome.Skipped}. The
     * default.
     */
    SKIP,
    /** {@link dev.aligner.LimitExceededException} is thrown. */
    FAIL
  }

  private static final Limits DEFAULTS =
      new Limits(OptionalInt.empty(), OptionalInt.empty(), WhenExceeded.SKIP);

  private final OptionalInt maxPromptTokens;
  private final OptionalInt maxNewTokens;
  private final WhenExceeded whenExceeded;

  private Limits(OptionalInt maxPromptTokens, OptionalInt maxNewTokens, WhenExceeded whenExceeded) {
    this.maxPromptTokens = maxPromptTokens;
    this.maxNewTokens = maxNewTokens;
    this.whenExceeded = Objects.requireNonNull(whenExceeded, "whenExceeded");
  }

  /**
   * Returns the limits of the model: what {@code aligner.json} says, else {@code
   * generation_config.json}, else 2048 new tokens as in the paper; never more than the positions
   * the model has. An answer over them is skipped.
   *
   * @return the limits
   */
  public static Limits ofModel() {
    return DEFAULTS;
  }

  /**
   * Returns limits with another bound for prompts.
   *
   * @param tokens the longest prompt in tokens, special ones included; at least 1
   * @return the limits
   * @throws IllegalArgumentException if it is not at least 1
   */
  public Limits withMaxPromptTokens(int tokens) {
    return new Limits(atLeastOne("maxPromptTokens", tokens), maxNewTokens, whenExceeded);
  }

  /**
   * Returns limits with another bound for corrections.
   *
   * @param tokens the longest correction in tokens, the end-of-sequence token included; at least 1.
   *     Where an answer is corrected in pieces, this is the bound for each piece
   * @return the limits
   * @throws IllegalArgumentException if it is not at least 1
   */
  public Limits withMaxNewTokens(int tokens) {
    return new Limits(maxPromptTokens, atLeastOne("maxNewTokens", tokens), whenExceeded);
  }

  /**
   * Returns limits with another policy.
   *
   * @param policy what happens to an answer over a limit
   * @return the limits
   */
  public Limits whenExceeded(WhenExceeded policy) {
    return new Limits(maxPromptTokens, maxNewTokens, policy);
  }

  /**
   * Returns the longest prompt.
   *
   * @return tokens, or empty for the model's own limit
   */
  public OptionalInt maxPromptTokens() {
    return maxPromptTokens;
  }

  /**
   * Returns the longest correction.
   *
   * @return tokens, or empty for the model's own limit
   */
  public OptionalInt maxNewTokens() {
    return maxNewTokens;
  }

  /**
   * Returns what happens to an answer over a limit.
   *
   * @return the policy
   */
  public WhenExceeded whenExceeded() {
    return whenExceeded;
  }

  private static OptionalInt atLeastOne(String name, int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("expected " + name + " of at least 1; found " + tokens);
    }
    return OptionalInt.of(tokens);
  }
}

package dev.aligner.remote;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The spellings of a model's control tokens, such as {@code </s>} or {@code <|im_start|>}, that no
 * question or answer may hold where prompts are sent as text: a server parses them there, so an
 * answer that spells one could end its turn and give orders. They are those that {@code
 * tokenizer.json} marks as special.
 *
 * <p>A correction whose prompt spells one with a character of the question or the answer in it is
 * refused by {@link SpecialTokenException}. Spellings are compared character by character.
 *
 * <p>Immutable and thread-safe.
 */
public final class SpecialTokens {

  private static final SpecialTokens NONE = new SpecialTokens(List.of());

  private final List<String> spellings;

  private SpecialTokens(List<String> spellings) {
    this.spellings = spellings;
  }

  /**
   * Names the tokens to refuse.
   *
   * @param spellings the tokens as they are spelled, at least one of them, none blank
   * @return the tokens
   * @throws IllegalArgumentException if there is none, or a blank one
   */
  public static SpecialTokens of(String... spellings) {
    return of(Arrays.asList(spellings));
  }

  /**
   * Names the tokens to refuse.
   *
   * @param spellings the tokens as they are spelled, at least one of them, none blank
   * @return the tokens
   * @throws IllegalArgumentException if there is none, or a blank one
   */
  public static SpecialTokens of(List<String> spellings) {
    List<String> copy = List.copyOf(spellings);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException(
          "expected at least one special token; found none. Fix: write SpecialTokens.none() if the"
              + " model has none, or its server parses none in text");
    }
    if (copy.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "expected special tokens with a spelling; found a blank one");
    }
    return new SpecialTokens(copy);
  }

  /**
   * Refuses nothing. Right where the model has no control tokens, or the server parses none in
   * text; elsewhere whoever writes an answer can write control tokens.
   *
   * @return no tokens
   */
  public static SpecialTokens none() {
    return NONE;
  }

  /**
   * Returns the tokens.
   *
   * @return an unmodifiable list, maybe empty
   */
  public List<String> spellings() {
    return spellings;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SpecialTokens that && spellings.equals(that.spellings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(spellings);
  }

  @Override
  public String toString() {
    return "SpecialTokens" + spellings;
  }
}

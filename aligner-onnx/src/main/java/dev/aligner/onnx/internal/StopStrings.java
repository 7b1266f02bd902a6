package dev.aligner.onnx.internal;

import dev.aligner.onnx.internal.decode.SearchRequest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Tells whether an output ends with a stop string, or with tokens that hold its end: it may stand
 * across any number of tokens, and begin and end within one.
 */
final class StopStrings implements Predicate<int[]> {

  /** A character takes at most so many tokens, where each stands for one byte. */
  private static final int TOKENS_PER_CHARACTER = 4;

  private final List<String> texts;
  private final Function<int[], String> decode;
  private final int window;

  private StopStrings(List<String> texts, Function<int[], String> decode) {
    this.texts = List.copyOf(texts);
    this.decode = decode;
    int longest = texts.stream().mapToInt(String::length).max().orElse(0);
    this.window = TOKENS_PER_CHARACTER * (longest + 1);
  }

  /**
   * Makes the test of some texts.
   *
   * @param texts the texts, none empty
   * @param decode turns ids into text, special tokens spelled out: a stop string may be one
   * @return the test of the tokens written so far, asked after each of them; never true without
   *     texts
   */
  static Predicate<int[]> of(List<String> texts, Function<int[], String> decode) {
    return texts.isEmpty() ? SearchRequest.NO_STOP : new StopStrings(texts, decode);
  }

  @Override
  public boolean test(int[] written) {
    int from = Math.max(0, written.length - window);
    String text = decode.apply(Arrays.copyOfRange(written, from, written.length));
    return texts.stream().anyMatch(text::contains);
  }
}

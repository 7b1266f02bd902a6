package dev.aligner.onnx.internal.tokenize;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Turns tokens into text as they come, and gives out only what later tokens cannot change: bytes
 * that are no whole character yet are held back. The pieces put together are the text of all tokens
 * decoded at once. Not thread-safe.
 *
 * <p>A token's text depends on its neighbours (a leading space, a character over several tokens),
 * so each piece is the difference between two decodings over the same short window.
 */
public final class StreamingDecoder {

  private static final char REPLACEMENT = '\uFFFD';

  private final Function<int[], String> decode;
  private final IntPredicate isUncertain;
  private int[] ids = new int[64];
  private int count;
  private int windowStart;
  private int given;

  /**
   * Makes a decoder.
   *
   * @param decode turns ids into text, as {@link HfTokenizer#decode} does
   * @param isUncertain tells which tokens stand for one byte or are left out
   */
  StreamingDecoder(Function<int[], String> decode, IntPredicate isUncertain) {
    this.decode = decode;
    this.isUncertain = isUncertain;
  }

  /**
   * Adds a token.
   *
   * @param token its id
   * @return the text that became certain, maybe empty
   */
  public String append(int token) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = token;
    if (isUncertain.test(token)) {
      return "";
    }
    String known = text(given);
    String all = text(count);
    boolean whole = all.length() > known.length() && all.charAt(all.length() - 1) != REPLACEMENT;
    if (!whole) {
      return "";
    }
    windowStart = given;
    given = count;
    return all.substring(known.length());
  }

  /**
   * Ends the text.
   *
   * @return what was held back, maybe empty
   */
  public String finish() {
    String rest = text(count).substring(text(given).length());
    windowStart = count;
    given = count;
    return rest;
  }

  private String text(int end) {
    return decode.apply(Arrays.copyOfRange(ids, windowStart, end));
  }
}

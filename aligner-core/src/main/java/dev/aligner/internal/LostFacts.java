package dev.aligner.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tells what stands in an answer, as often as it does, and no more in its correction. */
public final class LostFacts {

  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\p{L}\\p{N}_])\\p{Nd}++(?:[.,:]\\p{Nd}++)*+");
  private static final Pattern LIST_NUMBER = Pattern.compile("(?m)^[ \\t]*+\\p{Nd}++[.)](?=\\s)");
  private static final Pattern URL =
      Pattern.compile(
          "(?i)\\b(?:https?|ftp)://[^\\s<>\"'`()\\[\\]{}]++|\\bwww\\.[^\\s<>\"'`()\\[\\]{}]++");
  private static final String TRAILING_MARKS = ".,;:!?*_";

  private LostFacts() {}

  /**
   * Tells whether a number was lost.
   *
   * @param answer the original text
   * @param corrected the text that was made of it
   * @return true if one stands in the answer alone
   */
  public static boolean numbers(String answer, String corrected) {
    return lost(answer, corrected, LostFacts::numbersOf);
  }

  /**
   * Tells whether a URL was lost.
   *
   * @param answer the original text
   * @param corrected the text that was made of it
   * @return true if one stands in the answer alone
   */
  public static boolean urls(String answer, String corrected) {
    return lost(answer, corrected, LostFacts::urlsOf);
  }

  /**
   * Tells whether a fenced code block was lost or changed.
   *
   * @param answer the original text
   * @param corrected the text that was made of it
   * @return true if one stands in the answer alone
   */
  public static boolean code(String answer, String corrected) {
    return lost(answer, corrected, LostFacts::blocksOf);
  }

  private static boolean lost(
      String answer, String corrected, Function<String, Stream<String>> facts) {
    Map<String, Integer> missing = new HashMap<>();
    facts.apply(answer).forEach(fact -> missing.merge(fact, 1, Integer::sum));
    if (missing.isEmpty()) {
      return false;
    }
    facts.apply(corrected).forEach(fact -> missing.merge(fact, -1, Integer::sum));
    return missing.values().stream().anyMatch(count -> count > 0);
  }

  private static Stream<String> numbersOf(String text) {
    return NUMBER.matcher(LIST_NUMBER.matcher(text).replaceAll("")).results().map(r -> r.group());
  }

  private static Stream<String> urlsOf(String text) {
    return URL.matcher(text).results().map(result -> withoutTrailingMarks(result.group()));
  }

  private static String withoutTrailingMarks(String url) {
    int end = url.length();
    while (end > 0 && TRAILING_MARKS.indexOf(url.charAt(end - 1)) >= 0) {
      end--;
    }
    return url.substring(0, end);
  }

  private static Stream<String> blocksOf(String text) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    Fences fences = new Fences();
    text.lines()
        .forEach(
            line -> {
              if (fences.isCode(line)) {
                block.append(line).append('\n');
              }
              if (!fences.isOpen() && !block.isEmpty()) {
                blocks.add(block.toString());
                block.setLength(0);
              }
            });
    if (!block.isEmpty()) {
      blocks.add(block.toString());
    }
    return blocks.stream();
  }
}

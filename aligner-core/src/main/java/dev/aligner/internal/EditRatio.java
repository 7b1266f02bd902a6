package dev.aligner.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Levenshtein distance over words, as a share of the words of the first text. */
public final class EditRatio {

  private static final Pattern WHITESPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private EditRatio() {}

  /**
   * Returns the edit ratio of two texts; {@link dev.aligner.Correction#editRatio()} defines it.
   *
   * @param answer the original text
   * @param corrected the text that was made of it
   * @return 0 or more
   */
  public static double ofWords(String answer, String corrected) {
    Map<String, Integer> ids = new HashMap<>();
    int[] from = words(answer, ids);
    int[] to = words(corrected, ids);
    if (from.length == 0) {
      return answer.equals(corrected) ? 0 : 1;
    }
    return (double) distance(from, to) / from.length;
  }

  /**
   * Splits at whitespace and numbers the distinct words, so that comparing two is comparing ints.
   */
  private static int[] words(String text, Map<String, Integer> ids) {
    return WHITESPACE
        .splitAsStream(text)
        .filter(word -> !word.isEmpty())
        .mapToInt(word -> ids.computeIfAbsent(word, unseen -> ids.size()))
        .toArray();
  }

  private static int distance(int[] a, int[] b) {
    int start = 0;
    int endA = a.length;
    int endB = b.length;
    while (start < endA && start < endB && a[start] == b[start]) {
      start++;
    }
    while (endA > start && endB > start && a[endA - 1] == b[endB - 1]) {
      endA--;
      endB--;
    }
    int[] row = new int[endB - start + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = start; i < endA; i++) {
      int diagonal = row[0];
      row[0] = i - start + 1;
      for (int j = 1; j < row.length; j++) {
        int substitution = diagonal + (a[i] == b[start + j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[row.length - 1];
  }
}

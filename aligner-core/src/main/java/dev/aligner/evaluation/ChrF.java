package dev.aligner.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * chrF2 as sacreBLEU computes it by default: character n-grams of 1 to 6, whitespace taken out,
 * case kept, recall with twice the weight of precision, orders that a text is too short for left
 * out (Popovic 2015; Post 2018). Of several references the one that scores best counts.
 *
 * <p>An instance is the statistics of one text, or the sum over a corpus. Immutable and
 * thread-safe.
 */
final class ChrF {

  static final ChrF EMPTY = new ChrF(new long[ChrF.ORDER * ChrF.COUNTS]);

  private static final int ORDER = 6;
  private static final int COUNTS = 3;
  private static final double BETA_SQUARED = 4;

  /** For each order: n-grams of the text, n-grams of the reference, n-grams that match. */
  private final long[] counts;

  private ChrF(long[] counts) {
    this.counts = counts;
  }

  /**
   * Compares a text with its references.
   *
   * @param references one or more
   * @return the statistics against the reference that scores best, the first of those
   */
  static ChrF of(String text, List<String> references) {
    List<Map<String, Integer>> grams = grams(text);
    ChrF best = EMPTY;
    double bestScore = -1;
    for (String reference : references) {
      ChrF candidate = between(grams, grams(reference));
      if (candidate.score() > bestScore) {
        best = candidate;
        bestScore = candidate.score();
      }
    }
    return best;
  }

  /** Adds the statistics of another text, as a corpus does. */
  ChrF plus(ChrF other) {
    long[] sum = counts.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.counts[i];
    }
    return new ChrF(sum);
  }

  /** Returns the score, 0 to 100. */
  double score() {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int i = 0; i < counts.length; i += COUNTS) {
      if (counts[i] > 0 && counts[i + 1] > 0) {
        precision += (double) counts[i + 2] / counts[i];
        recall += (double) counts[i + 2] / counts[i + 1];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall);
  }

  private static ChrF between(List<Map<String, Integer>> text, List<Map<String, Integer>> other) {
    long[] counts = new long[ORDER * COUNTS];
    for (int i = 0; i < ORDER; i++) {
      Map<String, Integer> reference = other.get(i);
      long matches = 0;
      for (Map.Entry<String, Integer> gram : text.get(i).entrySet()) {
        matches += Math.min(gram.getValue(), reference.getOrDefault(gram.getKey(), 0));
      }
      // The text's n-grams of an order that the reference is too short for do not count.
      counts[COUNTS * i] = reference.isEmpty() ? 0 : sum(text.get(i));
      counts[COUNTS * i + 1] = sum(reference);
      counts[COUNTS * i + 2] = matches;
    }
    return new ChrF(counts);
  }

  private static long sum(Map<String, Integer> grams) {
    return grams.values().stream().mapToLong(Integer::longValue).sum();
  }

  private static List<Map<String, Integer>> grams(String text) {
    int[] characters = text.codePoints().filter(c -> !isSpace(c)).toArray();
    List<Map<String, Integer>> orders = new ArrayList<>(ORDER);
    for (int n = 1; n <= ORDER; n++) {
      Map<String, Integer> grams = new HashMap<>();
      for (int start = 0; start + n <= characters.length; start++) {
        grams.merge(new String(characters, start, n), 1, Integer::sum);
      }
      orders.add(grams);
    }
    return orders;
  }

  /** What Python's {@code str.split} takes for whitespace. */
  private static boolean isSpace(int c) {
    return Character.isSpaceChar(c)
        || (c >= 0x09 && c <= 0x0d)
        || (c >= 0x1c && c <= 0x1f)
        || c == 0x85;
  }
}

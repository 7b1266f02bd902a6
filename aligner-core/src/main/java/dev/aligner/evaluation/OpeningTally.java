package dev.aligner.evaluation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Counts the openings of texts. Not thread-safe. */
final class OpeningTally {

  private final Map<String, Long> openings = new HashMap<>();
  private final ReportTexts texts;
  private long all;

  OpeningTally(ReportTexts texts) {
    this.texts = texts;
  }

  void add(String text) {
    openings.merge(opening(text), 1L, Long::sum);
    all++;
  }

  FirstWords figures() {
    if (all == 0) {
      return new FirstWords(EvaluationSettings.OPENING_WORDS, 0, 0, Optional.empty());
    }
    long shared = openings.values().stream().filter(n -> n > 1).mapToLong(n -> n).sum();
    // Of several that are as frequent, always the same one.
    Map.Entry<String, Long> most =
        openings.entrySet().stream()
            .max(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .orElseThrow();
    return new FirstWords(
        EvaluationSettings.OPENING_WORDS,
        (double) shared / all,
        (double) most.getValue() / all,
        texts == ReportTexts.OMIT ? Optional.empty() : Optional.of(most.getKey()));
  }

  /** Returns the first words of a text, one blank between them. */
  static String opening(String text) {
    StringBuilder opening = new StringBuilder();
    int words = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean space = Character.isWhitespace(c) || Character.isSpaceChar(c);
      if (!space && !inWord) {
        if (words == EvaluationSettings.OPENING_WORDS) {
          break;
        }
        opening.append(words == 0 ? "" : " ");
        words++;
      }
      inWord = !space;
      if (inWord) {
        opening.append(c);
      }
    }
    return opening.toString();
  }
}

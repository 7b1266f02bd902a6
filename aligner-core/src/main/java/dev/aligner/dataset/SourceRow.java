package dev.aligner.dataset;

import dev.aligner.internal.jsonl.BadLineException;
import dev.aligner.internal.jsonl.JsonLine;
import java.util.Optional;

/**
 * A row of the input. Immutable.
 *
 * @param line the number of its line, from 1
 * @param question the question
 * @param answer the answer to correct: that of the row, or its correction where it has one
 * @param original what the first round corrected; empty if this is the first
 * @param round how often a model has corrected the answer
 */
record SourceRow(long line, String question, String answer, Optional<String> original, int round) {

  private static final String CORRECTION = "correction";
  private static final String ORIGINAL = "original";
  private static final String ROUND = "round";

  /** Returns the answer that no model has corrected. */
  String first() {
    return original.orElse(answer);
  }

  /**
   * Reads the row of a question and an answer. What has a correction already, an original or a
   * round is corrected text, whoever wrote it.
   *
   * @param fileRound how often the texts of the file were corrected, for rows that do not say
   * @throws BadLineException if it has not what it must have
   */
  static SourceRow toCorrect(long line, JsonLine json, int fileRound) throws BadLineException {
    String question = json.string("question");
    String answer = json.string("answer");
    int round = round(json, fileRound);
    if (round == 0) {
      return new SourceRow(line, question, answer, Optional.empty(), 0);
    }
    String text = json.has(CORRECTION) ? json.string(CORRECTION) : answer;
    String first = json.has(ORIGINAL) ? json.string(ORIGINAL) : answer;
    return new SourceRow(line, question, text, Optional.of(first), round);
  }

  /**
   * Reads the better side of a row: of a preference pair what was chosen, of a correction the
   * correction, else the answer.
   *
   * @param fileRound how often the texts of the file were corrected, for rows that do not say
   * @throws BadLineException if it has not what it must have
   */
  static SourceRow preferred(long line, JsonLine json, int fileRound) throws BadLineException {
    if (!json.has("chosen")) {
      SourceRow row = toCorrect(line, json, fileRound);
      return new SourceRow(line, row.question, row.answer, Optional.empty(), row.round);
    }
    String question = json.string(json.has("prompt") ? "prompt" : "question");
    return new SourceRow(
        line, question, json.string("chosen"), Optional.empty(), round(json, fileRound));
  }

  private static int round(JsonLine json, int fileRound) throws BadLineException {
    if (json.has(ROUND)) {
      long round = json.integer(ROUND);
      if (round < 0 || round > Integer.MAX_VALUE - 1) {
        throw new BadLineException("\"round\" to be 0 or more", "another number");
      }
      return (int) round;
    }
    boolean corrected = json.has(CORRECTION) || json.has(ORIGINAL);
    return Math.max(fileRound, corrected ? 1 : 0);
  }
}

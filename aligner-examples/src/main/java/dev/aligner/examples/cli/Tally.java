package dev.aligner.examples.cli;

import dev.aligner.internal.jsonl.Outcome;
import java.util.EnumMap;
import java.util.Map;

/** Counts what became of the lines of a file. Not thread-safe. */
final class Tally {

  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private long badLines;

  void add(Outcome outcome) {
    outcomes.merge(outcome, 1L, Long::sum);
  }

  void addBadLine() {
    badLines++;
  }

  /** Returns how many lines ended in this way. */
  long count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  /** Returns how many lines are in the output. */
  long written() {
    return outcomes.values().stream().mapToLong(Long::longValue).sum();
  }

  long badLines() {
    return badLines;
  }

  /** Tells whether every line was corrected, kept or skipped. */
  boolean allGood() {
    return badLines == 0 && count(Outcome.FAILED) == 0;
  }

  /** Returns the counts as one line, such as {@code corrected 12, kept 30, …}. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    for (Outcome outcome : Outcome.values()) {
      line.append(outcome.lowerCase()).append(' ').append(count(outcome)).append(", ");
    }
    return line.append("bad lines ").append(badLines).toString();
  }
}

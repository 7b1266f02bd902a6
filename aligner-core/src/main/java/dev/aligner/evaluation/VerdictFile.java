package dev.aligner.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Verdicts that people gave before, as a judge: objects with the strings {@code id} and {@code
 * verdict} ({@code win}, {@code lose} or {@code equal}), as a JSON array or JSON Lines. A win is
 * one of the correction. A row without one is {@link Judgement#MISSING}.
 *
 * <p>Thread-safe.
 */
public final class VerdictFile implements Judge {

  private final Map<String, Judgement> verdicts;
  private final Set<String> unused;

  private VerdictFile(Map<String, Judgement> verdicts) {
    this.verdicts = Map.copyOf(verdicts);
    this.unused = new HashSet<>(verdicts.keySet());
  }

  /**
   * Reads a file.
   *
   * @param file JSON or JSON Lines, in UTF-8
   * @return the judge
   * @throws InvalidRowException if a line is no verdict, or the second one of an id
   * @throws IOException if the file cannot be read
   */
  public static VerdictFile read(Path file) throws IOException {
    Map<String, Judgement> verdicts = new HashMap<>();
    try (JsonRows rows = JsonRows.open(file)) {
      for (JsonRows.Row row = rows.next(); row != null; row = rows.next()) {
        if (row.value("id").isMissingNode()) {
          throw row.problem("a string \"id\"", "no such key");
        }
        if (verdicts.put(EvaluationRows.id(row), verdict(row)) != null) {
          throw row.problem("one verdict for each id", "a second one");
        }
      }
    }
    return new VerdictFile(verdicts);
  }

  private static Judgement verdict(JsonRows.Row row) {
    return switch (row.required("verdict")) {
      case "win" -> Judgement.WIN;
      case "lose" -> Judgement.LOSE;
      case "equal" -> Judgement.EQUAL;
      default -> throw row.problem("\"verdict\" to be win, lose or equal", "another text");
    };
  }

  @Override
  public Judgement judge(EvaluationRow row) {
    synchronized (unused) {
      unused.remove(row.id());
    }
    return verdicts.getOrDefault(row.id(), Judgement.MISSING);
  }

  /**
   * Returns how many verdicts no row has asked for: of rows that were not changed, or of none.
   *
   * @return the count
   */
  public int unused() {
    synchronized (unused) {
      return unused.size();
    }
  }

  @Override
  public String describe() {
    return "verdicts from a file";
  }
}

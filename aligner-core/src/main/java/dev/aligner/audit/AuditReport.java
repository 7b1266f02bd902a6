package dev.aligner.audit;

import dev.aligner.policy.Arm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link AuditLog} tells of an A/B test: outcomes and latency of each arm, and, where a
 * comparison is given, how often the corrected text is better.
 *
 * <p>Immutable and thread-safe.
 */
public final class AuditReport {

  private final Map<Arm, ArmReport> arms;
  private final long unreadableLines;

  private AuditReport(Map<Arm, ArmReport> arms, long unreadableLines) {
    this.arms = Map.copyOf(arms);
    this.unreadableLines = unreadableLines;
  }

  /**
   * Reads logs without comparing texts: wins, losses and ties are 0.
   *
   * @param files the files, the oldest first: segments of one stream may lie in two of them
   * @return the report
   * @throws IOException if a file cannot be read
   */
  public static AuditReport read(List<Path> files) throws IOException {
    return tally(files, null, answer -> {});
  }

  /**
   * Reads logs, and tells of each answer; else as {@link #read(List)}.
   *
   * @param files the files, the oldest first
   * @param action hears of each answer, the segments of a stream put together, in this thread. What
   *     it throws passes through
   * @return the report
   * @throws IOException if a file cannot be read
   */
  public static AuditReport read(List<Path> files, Consumer<AuditRecord> action)
      throws IOException {
    return tally(files, null, action);
  }

  /**
   * Reads logs and compares the texts of answers that were changed, in every arm that has corrected
   * ones. Answers whose texts were taken out by a redaction are not compared.
   *
   * @param files the files, the oldest first
   * @param comparison tells which text is better; called in this thread, for one answer after the
   *     other. What it throws passes through
   * @return the report
   * @throws IOException if a file cannot be read
   */
  public static AuditReport compare(List<Path> files, AnswerComparison comparison)
      throws IOException {
    return tally(files, comparison, answer -> {});
  }

  private static AuditReport tally(
      List<Path> files, @Nullable AnswerComparison comparison, Consumer<AuditRecord> action)
      throws IOException {
    AuditedAnswers answers = new AuditedAnswers();
    for (Path file : files) {
      try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          answers.addLine(line);
        }
      }
    }
    Map<Arm, ArmTally> tallies = new EnumMap<>(Arm.class);
    answers.forEach(
        answer -> {
          tallies.computeIfAbsent(answer.arm(), arm -> new ArmTally(arm, comparison)).add(answer);
          action.accept(answer);
        });
    Map<Arm, ArmReport> arms = new EnumMap<>(Arm.class);
    tallies.forEach((arm, tally) -> arms.put(arm, tally.report()));
    return new AuditReport(arms, answers.unreadable());
  }

  /**
   * Returns the report of an arm.
   *
   * @param arm the arm
   * @return its report, or empty if no answer belongs to it
   */
  public Optional<ArmReport> arm(Arm arm) {
    return Optional.ofNullable(arms.get(arm));
  }

  /**
   * Returns the reports of all arms that have answers.
   *
   * @return an unmodifiable map
   */
  public Map<Arm, ArmReport> arms() {
    return arms;
  }

  /**
   * Returns how many lines are no records, as one that was torn.
   *
   * @return the count
   */
  public long unreadableLines() {
    return unreadableLines;
  }
}

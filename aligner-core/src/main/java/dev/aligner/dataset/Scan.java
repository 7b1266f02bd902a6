package dev.aligner.dataset;

import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the first reading of an input tells.
 *
 * @param sha256 its digest
 * @param bytes its size
 * @param lines how many lines it has
 * @param badLines how many of them cannot be used
 * @param round how often a model has corrected the texts in it: the most of any row
 * @param roundLine the line of the first such row
 * @param duplicates the lines whose row came before
 */
record Scan(
    String sha256,
    long bytes,
    long lines,
    long badLines,
    int round,
    long roundLine,
    BitSet duplicates) {

  private static final int LINES_BETWEEN_LOOKS = 256;

  /** Tells whether a row came before. */
  boolean isDuplicate(SourceRow row) {
    return row.line() < Integer.MAX_VALUE && duplicates.get((int) row.line());
  }

  /**
   * Reads an input to its end.
   *
   * @param finder finds duplicates, or null if there is no such thing
   * @return what it tells, or empty if the monitor asked to stop
   */
  static Optional<Scan> of(RunContext run, @Nullable DuplicateFinder finder) throws IOException {
    long[] badLines = {0};
    int round = 0;
    long roundLine = 0;
    try (RowInput input =
        run.open(
            (line, problem) -> {
              badLines[0]++;
              run.report(line, problem.getMessage());
            })) {
      for (SourceRow row = input.next(); row != null; row = input.next()) {
        if (row.round() > round) {
          round = row.round();
          roundLine = row.line();
        }
        if (finder != null && run.filter().before(row) == null) {
          finder.add(row.line(), Digests.ofRow(row, run.options().deduplication()));
        }
        if (row.line() % LINES_BETWEEN_LOOKS == 0
            && run.stopsAt(DatasetMonitor.Stage.READING, input)) {
          return Optional.empty();
        }
      }
      run.tell(DatasetMonitor.Stage.READING, input);
      BitSet duplicates = finder == null ? new BitSet() : finder.duplicates();
      return Optional.of(
          new Scan(
              input.sha256(),
              input.offset(),
              input.lineNumber(),
              badLines[0],
              round,
              roundLine,
              duplicates));
    }
  }
}

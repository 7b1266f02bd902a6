package dev.aligner.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.internal.EditRatio;
import dev.aligner.internal.jsonl.Outcome;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of a dataset of the input and the journal, which it reads side by side. It asks
 * no model, so a run that is killed here does it again. Not thread-safe.
 */
final class Assembly implements Closeable {

  private static final int LINES_BETWEEN_LOOKS = 256;
  private static final String IDENTICAL = "identical";

  private final RunContext run;
  private final Scan scan;
  private final Journal.Entries entries;
  private final Map<DatasetFormat, Made> made = new EnumMap<>(DatasetFormat.class);
  private final @Nullable DatasetFile rejects;
  private final DriftTally drift = new DriftTally();

  /** A file in the making, and what is not in it. */
  static final class Made {

    final DatasetFile file;
    final Map<String, Long> dropped = new TreeMap<>();
    final DriftTally drift = new DriftTally();

    Made(DatasetFile file) {
      this.file = file;
    }

    private void drop(String reason) {
      dropped.merge(reason, 1L, Long::sum);
    }
  }

  /** Begins all files. */
  Assembly(RunContext run, Scan scan, Journal journal) throws IOException {
    this.run = run;
    this.scan = scan;
    this.entries = journal.entries();
    try {
      for (Map.Entry<DatasetFormat, Path> file : run.place().files().entrySet()) {
        made.put(file.getKey(), new Made(DatasetFile.create(file.getValue())));
      }
      Optional<Path> to = run.place().rejects();
      rejects = to.isPresent() ? DatasetFile.create(to.get()) : null;
    } catch (IOException | RuntimeException e) {
      closeMade();
      throw e;
    }
  }

  /**
   * Writes all rows.
   *
   * @return whether it came to the end of the input
   * @throws UnusableFileException if the input is another one by now
   */
  boolean run() throws IOException {
    try (RowInput input = run.open((line, problem) -> reject(line, "bad_line", null, null))) {
      if (run.stopsAt(DatasetMonitor.Stage.WRITING, input)) {
        return false;
      }
      for (SourceRow row = input.next(); row != null; row = input.next()) {
        add(row);
        if (row.line() % LINES_BETWEEN_LOOKS == 0
            && run.stopsAt(DatasetMonitor.Stage.WRITING, input)) {
          return false;
        }
      }
      run.tell(DatasetMonitor.Stage.WRITING, input);
      if (!input.sha256().equals(scan.sha256())) {
        throw new UnusableFileException(
            run.place().input(),
            "expected the file that the run began with, found that it was changed meanwhile; leave"
                + " it as it was, or start anew");
      }
      return true;
    }
  }

  Map<DatasetFormat, Made> made() {
    return made;
  }

  Optional<DatasetFile> rejects() {
    return Optional.ofNullable(rejects);
  }

  /** Returns the drift over all corrections, taken or not. */
  Drift drift() {
    return drift.drift();
  }

  private void add(SourceRow row) throws IOException {
    String reason = run.filter().before(row);
    if (reason == null && scan.isDuplicate(row)) {
      reason = "duplicate";
    }
    if (reason != null) {
      reject(row.line(), reason, row, null);
    } else if (run.options().isIdentity()) {
      write(DatasetFormat.IDENTITY, identity(row));
    } else {
      add(row, entry(row));
    }
  }

  private Journal.Entry entry(SourceRow row) throws IOException {
    Journal.Entry entry = entries.next();
    if (entry == null || entry.line() != row.line()) {
      throw new UnusableFileException(
          run.place().journal(),
          "expected a correction of line " + row.line() + ", found none; start anew");
    }
    return entry;
  }

  private void add(SourceRow row, Journal.Entry entry) throws IOException {
    if (entry.outcome() == Outcome.FAILED) {
      reject(row.line(), "failed", row, entry);
      return;
    }
    if (entry.outcome() == Outcome.SKIPPED) {
      reject(row.line(), "skipped_" + entry.text(), row, null);
      return;
    }
    String correction = entry.outcome() == Outcome.KEPT ? row.answer() : entry.text();
    double editRatio = EditRatio.ofWords(row.answer(), correction);
    drift.add(row, correction, editRatio);
    String reason = run.filter().after(row, correction, editRatio);
    if (reason != null) {
      reject(row.line(), reason, row, entry);
      return;
    }
    boolean identical = correction.equals(row.answer());
    boolean rejected = false;
    for (Map.Entry<DatasetFormat, Made> file : made.entrySet()) {
      if (identical && file.getKey().isPreference()) {
        file.getValue().drop(IDENTICAL);
        rejected = true;
      } else {
        write(file.getKey(), datasetRow(file.getKey(), row, correction));
        file.getValue().drift.add(row, correction, editRatio);
      }
    }
    if (rejected) {
      writeReject(row.line(), IDENTICAL, row, null);
    }
  }

  private void write(DatasetFormat format, DatasetRow row) throws IOException {
    Made to = made.get(format);
    if (to == null) {
      throw new IllegalStateException("no file for the format " + format);
    }
    to.file.writeLine(row.json());
  }

  private static DatasetRow identity(SourceRow row) {
    return new DatasetRow.Qac(
        row.question(), row.answer(), row.answer(), row.round(), Optional.empty());
  }

  private static DatasetRow datasetRow(DatasetFormat format, SourceRow row, String correction) {
    return switch (format) {
      case PREFERENCE -> new DatasetRow.Preference(row.question(), correction, row.answer());
      case CONVERSATIONAL ->
          new DatasetRow.Conversational(
              message("user", row.question()),
              message("assistant", correction),
              message("assistant", row.answer()));
      default ->
          new DatasetRow.Qac(
              row.question(), row.answer(), correction, row.round() + 1, row.original());
    };
  }

  private static List<DatasetRow.Message> message(String role, String content) {
    return List.of(new DatasetRow.Message(role, content));
  }

  private void reject(
      long line, String reason, @Nullable SourceRow row, Journal.@Nullable Entry entry)
      throws IOException {
    made.values().forEach(file -> file.drop(reason));
    writeReject(line, reason, row, entry);
  }

  private void writeReject(
      long line, String reason, @Nullable SourceRow row, Journal.@Nullable Entry entry)
      throws IOException {
    if (rejects == null) {
      return;
    }
    ObjectNode json = RowJson.object().put("line", line).put("reason", reason);
    if (row != null) {
      json.put("question", row.question()).put("answer", row.answer());
    }
    if (entry != null && entry.outcome() != Outcome.KEPT) {
      json.put(entry.outcome() == Outcome.FAILED ? "error" : "correction", entry.text());
    }
    rejects.writeLine(RowJson.text(json));
  }

  private void closeMade() throws IOException {
    for (Made file : made.values()) {
      file.file.close();
    }
  }

  /** Deletes what was not published. */
  @Override
  public void close() throws IOException {
    closeMade();
    if (rejects != null) {
      rejects.close();
    }
  }
}

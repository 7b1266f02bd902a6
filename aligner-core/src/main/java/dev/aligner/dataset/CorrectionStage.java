package dev.aligner.dataset;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.internal.jsonl.JsonText;
import dev.aligner.internal.jsonl.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Corrects all rows that are to be corrected and are not in the journal yet, some at a time, and
 * writes what came of them there. Not thread-safe.
 */
final class CorrectionStage {

  private static final int CHUNK_ROWS = 16;
  private static final int CHUNK_CHARS = 1 << 20;

  private final RunContext run;
  private final Scan scan;
  private final Journal journal;
  private final Aligner aligner;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);

  CorrectionStage(RunContext run, Scan scan, Journal journal, Aligner aligner) {
    this.run = run;
    this.scan = scan;
    this.journal = journal;
    this.aligner = aligner;
  }

  /** Returns how many corrections ended in which way, those of earlier runs included. */
  Map<String, Long> outcomes() {
    Map<String, Long> named = new TreeMap<>();
    for (Outcome outcome : Outcome.values()) {
      named.put(outcome.lowerCase(), outcomes.getOrDefault(outcome, 0L));
    }
    return named;
  }

  /** Returns whether it came to the end of the input. */
  boolean run() throws IOException {
    try (RowInput input = run.open((line, problem) -> {})) {
      skipDone(input);
      List<SourceRow> chunk = chunk(input);
      while (!chunk.isEmpty()) {
        if (run.monitor().stopRequested()) {
          return false;
        }
        journal.append(corrected(chunk));
        run.tell(DatasetMonitor.Stage.CORRECTING, input);
        chunk = chunk(input);
      }
      run.tell(DatasetMonitor.Stage.CORRECTING, input);
      return true;
    }
  }

  /** Leaves the input in front of the first row that is not in the journal. */
  private void skipDone(RowInput input) throws IOException {
    Journal.Entries entries = journal.entries();
    for (Journal.Entry entry = entries.next(); entry != null; entry = entries.next()) {
      SourceRow row = next(input);
      if (row == null || row.line() != entry.line()) {
        throw journal.notOfInput(entry);
      }
      count(entry.outcome());
    }
    entries.cutRest();
    run.tell(DatasetMonitor.Stage.CORRECTING, input);
  }

  /** Returns the next row that is to be corrected. */
  private @Nullable SourceRow next(RowInput input) throws IOException {
    SourceRow row = input.next();
    while (row != null && (run.filter().before(row) != null || scan.isDuplicate(row))) {
      row = input.next();
    }
    return row;
  }

  private List<SourceRow> chunk(RowInput input) throws IOException {
    List<SourceRow> chunk = new ArrayList<>(CHUNK_ROWS);
    int chars = 0;
    while (chunk.size() < CHUNK_ROWS && chars < CHUNK_CHARS) {
      SourceRow row = next(input);
      if (row == null) {
        break;
      }
      chunk.add(row);
      chars += row.question().length() + row.answer().length();
    }
    return chunk;
  }

  private List<Journal.Entry> corrected(List<SourceRow> chunk) {
    List<CorrectionRequest> requests = new ArrayList<>(chunk.size());
    for (SourceRow row : chunk) {
      requests.add(CorrectionRequest.of(row.question(), row.answer()));
    }
    List<Correction> corrections = aligner.correctAll(requests);
    if (corrections.size() != chunk.size()) {
      throw new IllegalStateException(
          "expected "
              + chunk.size()
              + " corrections from the aligner, found "
              + corrections.size());
    }
    List<Journal.Entry> entries = new ArrayList<>(chunk.size());
    for (int i = 0; i < chunk.size(); i++) {
      entries.add(entry(chunk.get(i).line(), corrections.get(i)));
    }
    return entries;
  }

  private Journal.Entry entry(long line, Correction correction) {
    Outcome outcome = Outcome.of(correction.outcome());
    count(outcome);
    if (correction.outcome() instanceof CorrectionOutcome.Failed failed) {
      String problem = JsonText.message(failed.exception());
      run.report(line, "failed: " + problem);
      return new Journal.Entry(line, outcome, problem);
    }
    if (correction.outcome() instanceof CorrectionOutcome.Skipped skipped) {
      return new Journal.Entry(line, outcome, skipped.reason().name().toLowerCase(Locale.ROOT));
    }
    return new Journal.Entry(line, outcome, outcome == Outcome.KEPT ? "" : correction.text());
  }

  private void count(Outcome outcome) {
    outcomes.merge(outcome, 1L, Long::sum);
  }
}

package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.internal.jsonl.BadLineException;
import dev.aligner.internal.jsonl.Outcome;
import dev.aligner.internal.jsonl.OutputLog;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Corrects a JSONL file into another one. Both are streams: memory holds one chunk of lines,
 * however long the files are. Lines are written in chunks of whole lines, in the order of the
 * input, so a run can be ended at any moment and taken up again.
 *
 * <p>One object makes one run. Not thread-safe.
 */
final class BulkCorrection {

  private static final int CHUNK_LINES = 16;
  private static final int CHUNK_CHARS = 1 << 20;

  private final Aligner aligner;
  private final Path inputFile;
  private final Path outputFile;
  private final Monitor monitor;
  private final Tally tally = new Tally();

  /** What to do with an output that exists. */
  enum Existing {
    /** Go on behind its last line. */
    RESUME,
    /** Throw it away. */
    OVERWRITE
  }

  /** Where a run ended. */
  enum End {
    /** Behind the last line of the input. */
    OF_INPUT,
    /** Before that, because the monitor asked to stop. */
    STOPPED
  }

  /**
   * What a run came to.
   *
   * @param end where it ended
   * @param tally the counts over all lines that are done, those of earlier runs included
   */
  record Result(End end, Tally tally) {}

  /** Watches a run, and may end it. */
  interface Monitor {

    /** Hears of a line that went wrong, as a message of one line. */
    void report(String message);

    /** Hears how far the run is: the bytes of the input that are done, and the counts so far. */
    void progress(long bytes, Tally tally);

    /** Tells whether the run is to end before the next chunk. */
    boolean stopRequested();
  }

  BulkCorrection(Aligner aligner, Path inputFile, Path outputFile, Monitor monitor) {
    this.aligner = aligner;
    this.inputFile = inputFile;
    this.outputFile = outputFile;
    this.monitor = monitor;
  }

  /**
   * Corrects all lines that are not yet in the output, until the end or until the monitor asks to
   * stop.
   *
   * @param existing what to do with an output that exists
   * @return where the run ended, with the counts over all lines so far
   * @throws UnusableFileException if the files cannot serve as input and output
   * @throws IOException if a file cannot be read or written
   */
  Result run(Existing existing) throws IOException {
    try (JsonlInput input = JsonlInput.open(inputFile, this::badLine)) {
      checkDistinct();
      try (OutputLog output = OutputLog.open(outputFile)) {
        if (existing == Existing.OVERWRITE) {
          output.cutTo(0);
        } else {
          Resume.position(input, output, tally);
        }
        monitor.progress(input.offset(), tally);
        return new Result(correct(input, output), tally);
      }
    }
  }

  private void checkDistinct() throws IOException {
    if (Files.exists(outputFile) && Files.isSameFile(inputFile, outputFile)) {
      throw new UnusableFileException(
          outputFile, "is both the input and the output; choose another output");
    }
  }

  private End correct(JsonlInput input, OutputLog output) throws IOException {
    List<JsonlInput.Item> chunk = chunk(input);
    while (!chunk.isEmpty()) {
      if (monitor.stopRequested()) {
        return End.STOPPED;
      }
      output.append(corrected(chunk));
      monitor.progress(input.offset(), tally);
      chunk = chunk(input);
    }
    return End.OF_INPUT;
  }

  private static List<JsonlInput.Item> chunk(JsonlInput input) throws IOException {
    List<JsonlInput.Item> chunk = new ArrayList<>(CHUNK_LINES);
    int chars = 0;
    while (chunk.size() < CHUNK_LINES && chars < CHUNK_CHARS) {
      JsonlInput.Item item = input.next();
      if (item == null) {
        break;
      }
      chunk.add(item);
      chars += item.request().query().length() + item.request().answer().length();
    }
    return chunk;
  }

  private List<String> corrected(List<JsonlInput.Item> chunk) {
    List<CorrectionRequest> requests = chunk.stream().map(JsonlInput.Item::request).toList();
    List<Correction> corrections = aligner.correctAll(requests);
    if (corrections.size() != chunk.size()) {
      throw new IllegalStateException(
          "expected "
              + chunk.size()
              + " corrections from the aligner, found "
              + corrections.size());
    }
    List<String> lines = new ArrayList<>(chunk.size());
    for (int i = 0; i < chunk.size(); i++) {
      lines.add(line(chunk.get(i), corrections.get(i)));
    }
    return lines;
  }

  private String line(JsonlInput.Item item, Correction correction) {
    tally.add(Outcome.of(correction.outcome()));
    if (correction.outcome() instanceof CorrectionOutcome.Failed failed) {
      report(item.number(), "failed: " + CorrectionJson.message(failed.exception()));
    }
    return CorrectionJson.line(item.json(), item.number(), correction);
  }

  private void badLine(long number, BadLineException problem) {
    tally.addBadLine();
    report(number, CorrectionJson.message(problem));
  }

  private void report(long number, String message) {
    monitor.report(inputFile + ":" + number + ": " + message);
  }
}

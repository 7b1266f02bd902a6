package dev.aligner.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.internal.jsonl.BadLineException;
import dev.aligner.internal.jsonl.JsonLine;
import dev.aligner.internal.jsonl.JsonText;
import dev.aligner.internal.jsonl.LineReader;
import dev.aligner.internal.jsonl.Outcome;
import dev.aligner.internal.jsonl.OutputLog;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run has got from its model so far: a header that tells the settings, then one line for
 * each correction, in the order of the input. A killed run leaves whole lines and part of one,
 * which is cut off. Locked against other runs for as long as it is open. Not thread-safe.
 */
final class Journal implements Closeable {

  private static final String MARK = "aligner_dataset";
  private static final int VERSION = 1;
  private static final String SETTINGS = "settings";
  private static final String STARTED = "started";
  private static final String TEXT = "text";
  private static final JsonMapper JSON = new JsonMapper();

  private final OutputLog log;
  private boolean deleted;

  private Journal(OutputLog log) {
    this.log = log;
  }

  /**
   * What became of one row.
   *
   * @param line the number of its line in the input
   * @param outcome how the correction ended
   * @param text the correction, why it was skipped, or what went wrong; empty if it was kept
   */
  record Entry(long line, Outcome outcome, String text) {}

  /** Opens the journal of a run, or makes it. */
  static Journal open(Path file) throws IOException {
    return new Journal(OutputLog.open(file));
  }

  /** Throws away what is there, and writes the header of a run that begins now; tells when. */
  String begin(JsonNode settings) throws IOException {
    String started = Instant.now().toString();
    log.cutTo(0);
    ObjectNode header = JSON.createObjectNode().put(MARK, VERSION).put(STARTED, started);
    header.set(SETTINGS, settings);
    log.append(List.of(JsonText.of(header)));
    return started;
  }

  /**
   * Takes up the run that the journal is of.
   *
   * @return when that run began; empty if it did not get as far as to say what it is
   * @throws UnusableFileException if the file is no journal, or one of other settings
   */
  Optional<String> resume(JsonNode settings) throws IOException {
    LineReader.Line first = log.reader().next();
    JsonNode header = first != null && first.terminated() ? parsed(first) : null;
    if (header == null || !header.path(MARK).isInt()) {
      if (first == null || (!first.terminated() && beginsHeader(first.bytes()))) {
        return Optional.empty();
      }
      throw refusal("expected the journal of a dataset, found another file");
    }
    if (header.path(MARK).intValue() != VERSION) {
      throw refusal("expected a journal of version " + VERSION + ", found one of another release");
    }
    List<String> different = differences(header.path(SETTINGS), settings);
    if (!different.isEmpty()) {
      throw refusal(
          "expected the input and the settings of the run that began it, found another "
              + String.join(", ", different));
    }
    return Optional.of(header.path(STARTED).asText());
  }

  private static @Nullable JsonNode parsed(LineReader.Line line) {
    try {
      return JSON.readTree(line.text());
    } catch (BadLineException | JsonProcessingException e) {
      return null;
    }
  }

  private static boolean beginsHeader(byte[] bytes) {
    String header = "{\"" + MARK + "\":";
    String found = new String(bytes, StandardCharsets.UTF_8);
    return found.startsWith(header.substring(0, Math.min(header.length(), found.length())));
  }

  /** Names the settings that differ; both sides as they are read back. */
  static List<String> differences(JsonNode there, JsonNode here) {
    List<String> names = new ArrayList<>();
    here.fieldNames()
        .forEachRemaining(
            name -> {
              if (!here.path(name).equals(there.path(name))) {
                names.add(name);
              }
            });
    return names;
  }

  /** Appends what became of some rows, in whole lines. */
  void append(List<Entry> entries) throws IOException {
    List<String> lines = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      ObjectNode json = JSON.createObjectNode().put("line", entry.line);
      lines.add(JsonText.of(json.put("outcome", entry.outcome.lowerCase()).put(TEXT, entry.text)));
    }
    log.append(lines);
  }

  /** Returns a reader over all entries, from the first. */
  Entries entries() throws IOException {
    LineReader lines = log.reader();
    LineReader.Line header = lines.next();
    return new Entries(lines, header == null ? 0 : header.end());
  }

  /** Reads entries. */
  final class Entries {

    private final LineReader lines;
    private long end;

    private Entries(LineReader lines, long end) {
      this.lines = lines;
      this.end = end;
    }

    /**
     * Reads the next entry.
     *
     * @return the entry, or null behind the last whole one
     * @throws UnusableFileException if there is a line that is none
     */
    @Nullable Entry next() throws IOException {
      LineReader.Line line = lines.next();
      if (line == null) {
        return null;
      }
      JsonLine json = line.terminated() ? object(line) : null;
      if (json == null) {
        if (lines.next() != null) {
          throw notOurs(line.number());
        }
        return null;
      }
      Entry entry = entry(json).orElseThrow(() -> notOurs(line.number()));
      end = line.end();
      return entry;
    }

    /** Cuts off what stands behind the entries that were read; entries are appended there. */
    void cutRest() throws IOException {
      log.cutTo(end);
    }
  }

  private static @Nullable JsonLine object(LineReader.Line line) {
    try {
      return JsonLine.parse(line.text());
    } catch (BadLineException e) {
      return null;
    }
  }

  private static Optional<Entry> entry(JsonLine json) {
    try {
      long line = json.integer("line");
      String text = json.string(TEXT);
      return Outcome.named(json.string("outcome")).map(outcome -> new Entry(line, outcome, text));
    } catch (BadLineException e) {
      return Optional.empty();
    }
  }

  /** Makes the exception of an entry that belongs to no row of the input. */
  UnusableFileException notOfInput(Entry entry) {
    return refusal(
        "expected corrections of the input's rows in their order, found one of line " + entry.line);
  }

  private UnusableFileException notOurs(long line) {
    return refusal("expected a correction in line " + line + ", found something else");
  }

  private UnusableFileException refusal(String problem) {
    return new UnusableFileException(
        log.file(),
        problem + "; run it with the same settings, choose another output, or overwrite it");
  }

  /** Closes the file and deletes it. */
  void delete() throws IOException {
    log.close();
    deleted = true;
    Files.deleteIfExists(log.file());
  }

  /** Closes the file, and deletes it if it tells nothing. */
  @Override
  public void close() throws IOException {
    log.close();
    if (!deleted && Files.exists(log.file()) && Files.size(log.file()) == 0) {
      Files.delete(log.file());
    }
  }
}

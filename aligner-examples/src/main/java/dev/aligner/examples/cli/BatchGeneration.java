package dev.aligner.examples.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.InferenceException;
import dev.aligner.LimitExceededException;
import dev.aligner.internal.jsonl.BadLineException;
import dev.aligner.internal.jsonl.LineReader;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * Writes what follows each prompt of a JSONL file, one line of JSON for each in the order of the
 * file, some prompts at a time. What goes wrong with one is its line. Not thread-safe.
 */
final class BatchGeneration {

  private static final int CHUNK = 16;
  private static final JsonMapper JSON = new JsonMapper();

  private final OnnxGenerator generator;
  private final UnaryOperator<GenerationRequest> settings;
  private final PrintStream out;
  private int exitCode = ExitCode.OK;

  /**
   * A line of the file.
   *
   * @param number its number, from 1
   * @param request what it asks for, or null if it cannot be used
   * @param error why it cannot be used, else empty
   */
  private record Item(long number, @Nullable GenerationRequest request, String error) {}

  /**
   * Makes a run.
   *
   * @param generator the model; not closed here
   * @param settings puts the settings of the command line below those of a line
   * @param out where the lines go
   */
  BatchGeneration(
      OnnxGenerator generator, UnaryOperator<GenerationRequest> settings, PrintStream out) {
    this.generator = generator;
    this.settings = settings;
    this.out = out;
  }

  /**
   * Reads all lines and writes all results.
   *
   * @return the exit code: 1 if anything went wrong with a prompt
   */
  int run(LineReader lines) throws IOException {
    List<Item> chunk = new ArrayList<>();
    for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
      Item item = item(line);
      if (item != null) {
        chunk.add(item);
      }
      if (chunk.size() == CHUNK) {
        write(chunk);
        chunk.clear();
      }
    }
    write(chunk);
    return exitCode;
  }

  private @Nullable Item item(LineReader.Line line) {
    try {
      String text = line.text();
      return text.isBlank() ? null : new Item(line.number(), PromptLine.parse(text, settings), "");
    } catch (BadLineException e) {
      return new Item(line.number(), null, CorrectionJson.message(e));
    }
  }

  private void write(List<Item> chunk) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (Item item : chunk) {
      if (item.request != null) {
        requests.add(item.request);
      }
    }
    List<Generation> generations = together(requests);
    int next = 0;
    for (Item item : chunk) {
      if (item.request == null) {
        print(item.number, error(item.error));
      } else {
        print(
            item.number,
            generations.isEmpty()
                ? alone(item.request)
                : CorrectionJson.of(generations.get(next++)));
      }
    }
    out.flush();
  }

  /** Returns nothing if anything went wrong: then each prompt is tried by itself. */
  private List<Generation> together(List<GenerationRequest> requests) {
    try {
      return generator.generateAll(requests);
    } catch (LimitExceededException | InferenceException e) {
      return List.of();
    }
  }

  private ObjectNode alone(GenerationRequest request) {
    try {
      return CorrectionJson.of(generator.generate(request));
    } catch (LimitExceededException | InferenceException e) {
      return error(CorrectionJson.message(e));
    }
  }

  private ObjectNode error(String message) {
    exitCode = ExitCode.SOFTWARE;
    return JSON.createObjectNode().put("error", message);
  }

  private void print(long number, ObjectNode result) {
    ObjectNode line = JSON.createObjectNode().put(CorrectionJson.LINE, number);
    line.setAll(result);
    out.print(CorrectionJson.text(line) + "\n");
  }
}

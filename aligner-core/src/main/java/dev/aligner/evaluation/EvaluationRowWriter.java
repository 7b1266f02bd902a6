package dev.aligner.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.internal.jsonl.JsonText;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes rows so that {@link EvaluationRows} reads the same again: a JSON array if the file's name
 * ends in {@code .json}, as the paper's data sets are, else JSON Lines, in UTF-8.
 *
 * <p>The file holds questions and answers. Not thread-safe; who opens it closes it, and before that
 * an array has no end.
 */
public final class EvaluationRowWriter implements Closeable {

  private final Writer out;
  private final boolean array;
  private boolean empty = true;

  private EvaluationRowWriter(Writer out, boolean array) {
    this.out = out;
    this.array = array;
  }

  /**
   * Opens a file.
   *
   * @param file what is in it already is lost
   * @return a writer
   * @throws IOException if it cannot be written
   */
  public static EvaluationRowWriter open(Path file) throws IOException {
    return new EvaluationRowWriter(
        Files.newBufferedWriter(file, StandardCharsets.UTF_8), file.toString().endsWith(".json"));
  }

  /**
   * Writes a row.
   *
   * @param row the row
   * @throws IOException if it cannot be written
   */
  public void write(EvaluationRow row) throws IOException {
    if (array) {
      out.write(empty ? "[\n" : ",\n");
    }
    out.write(JsonText.of(json(row)));
    if (!array) {
      out.write('\n');
    }
    empty = false;
  }

  private static ObjectNode json(EvaluationRow row) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", row.id());
    json.put("question", row.question());
    json.put("answer", row.answer());
    row.correction().ifPresent(text -> json.put("correction", text));
    row.label().ifPresent(label -> json.put("label", label));
    row.group().ifPresent(group -> json.put("group", group));
    if (!row.references().isEmpty()) {
      ArrayNode references = json.putArray("references");
      row.references().forEach(references::add);
    }
    row.score().ifPresent(score -> json.put("score", score));
    row.outcome().ifPresent(outcome -> json.put("outcome", JsonNames.lower(outcome)));
    return json;
  }

  @Override
  public void close() throws IOException {
    try (out) {
      if (array) {
        out.write(empty ? "[]\n" : "\n]\n");
      }
    }
  }
}

package dev.aligner.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.audit.AuditRecord.Outcome;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file, one at a time, however long it is: a JSON array, as the paper's data sets
 * are, or JSON Lines.
 *
 * <p>A row is an object with the strings {@code question} and {@code answer}, and maybe:
 *
 * <ul>
 *   <li>{@code correction}: the aligner's text; without one the row is still to be corrected,
 *   <li>{@code label}: {@code good} for an answer that should be kept, {@code bad} for one that
 *       should be corrected, or another one,
 *   <li>{@code references}: an array of right corrections,
 *   <li>{@code group} or {@code kind}: rows are reported by it,
 *   <li>{@code id}: a string or an integer; without one it is the number of the row, from 1,
 *   <li>{@code score}: a number, see {@link EvaluationRow#score},
 *   <li>{@code outcome}: {@code corrected}, {@code kept}, {@code skipped} or {@code failed}, as the
 *       command line writes it.
 * </ul>
 *
 * <p>Fields of other names are passed over. Not thread-safe; iterated once, and closed by who opens
 * it.
 */
public final class EvaluationRows implements Iterable<EvaluationRow>, Closeable {

  private final JsonRows rows;
  private final UnaryOperator<EvaluationRow> map;
  private boolean iterated;

  private EvaluationRows(JsonRows rows, UnaryOperator<EvaluationRow> map) {
    this.rows = rows;
    this.map = map;
  }

  /**
   * Opens a file.
   *
   * @param file JSON or JSON Lines, in UTF-8
   * @return its rows
   * @throws InvalidRowException if it is a directory
   * @throws IOException if it cannot be read
   */
  public static EvaluationRows open(Path file) throws IOException {
    return new EvaluationRows(JsonRows.open(file), UnaryOperator.identity());
  }

  /**
   * Returns these rows, each made into another one, such as by {@link
   * EvaluationRow#withCorrectionAsReference}.
   *
   * @param mapping makes a row of a row
   * @return the rows; closing them closes these
   */
  public EvaluationRows map(UnaryOperator<EvaluationRow> mapping) {
    return new EvaluationRows(rows, row -> mapping.apply(map.apply(row)));
  }

  /**
   * Returns the rows, which are read as the iterator is asked for them. It throws {@link
   * InvalidRowException} at a row that cannot be used, and {@link UncheckedIOException} if the file
   * cannot be read.
   *
   * @return the iterator
   * @throws IllegalStateException if there was one already
   */
  @Override
  public Iterator<EvaluationRow> iterator() {
    if (iterated) {
      throw new IllegalStateException("expected one iteration over a file; found a second one");
    }
    iterated = true;
    return new RowIterator();
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }

  private final class RowIterator implements Iterator<EvaluationRow> {

    private @Nullable EvaluationRow ahead;

    @Override
    public boolean hasNext() {
      if (ahead == null) {
        ahead = read();
      }
      return ahead != null;
    }

    @Override
    public EvaluationRow next() {
      EvaluationRow row = hasNext() ? ahead : null;
      ahead = null;
      if (row == null) {
        throw new NoSuchElementException("no row is left");
      }
      return row;
    }

    private @Nullable EvaluationRow read() {
      try {
        JsonRows.Row row = rows.next();
        return row == null ? null : map.apply(row(row));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static EvaluationRow row(JsonRows.Row row) {
    Optional<String> group = row.text("group");
    return new EvaluationRow(
        id(row),
        row.required("question"),
        row.required("answer"),
        row.text("correction"),
        row.text("label"),
        group.isPresent() ? group : row.text("kind"),
        references(row),
        row.number("score"),
        row.text("outcome").map(name -> outcome(row, name)));
  }

  static String id(JsonRows.Row row) {
    JsonNode id = row.value("id");
    return id.isIntegralNumber()
        ? id.asText()
        : row.text("id").orElseGet(() -> Long.toString(row.number()));
  }

  private static List<String> references(JsonRows.Row row) {
    JsonNode values = row.value("references");
    if (values.isMissingNode() || values.isNull()) {
      return List.of();
    }
    if (!values.isArray()) {
      throw row.problem("an array \"references\"", JsonRows.describe(values));
    }
    List<String> references = new ArrayList<>();
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        throw row.problem("strings in \"references\"", JsonRows.describe(value));
      }
      references.add(value.textValue());
    }
    return references;
  }

  private static Outcome outcome(JsonRows.Row row, String name) {
    for (Outcome outcome : Outcome.values()) {
      if (outcome.name().toLowerCase(Locale.ROOT).equals(name)) {
        return outcome;
      }
    }
    throw row.problem("\"outcome\" to be corrected, kept, skipped or failed", "another text");
  }
}

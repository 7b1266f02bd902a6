package dev.aligner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.audit.AuditRecord;
import dev.aligner.audit.AuditRecord.Outcome;
import dev.aligner.policy.Arm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationRowsTest {

  private static final String ROW = "{\"question\":\"q\",\"answer\":\"a\"}";

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[%s,%s]",
        "[\n  %s,\n%s\n]\n",
        "%s\n%s",
        "\uFEFF%s\n\n%s\n\n",
        "%s\r\n%s\r\n",
        "[\n  {\n \"answer\" : \"a\", \"question\": \"q\"\n}, %s]"
      })
  void read_arrayOrLines_isTheSame(String form) throws Exception {
    assertThat(read(String.format(form, ROW, ROW)))
        .containsExactly(EvaluationRow.of("1", "q", "a"), EvaluationRow.of("2", "q", "a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "\n \n", "[ ]\n"})
  void read_nothing_isNoRow(String text) throws Exception {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void read_allFields_areThere() throws Exception {
    EvaluationRow row =
        read("""
             {"id": 7, "question": "q", "answer": "a", "correction": "c", "label": "good",
              "kind": "safety", "references": ["r", "s"], "score": -0.5, "outcome": "failed",
              "other": {"deep": [1]}}
             """)
            .get(0);

    assertThat(row)
        .isEqualTo(
            new EvaluationRow(
                "7",
                "q",
                "a",
                Optional.of("c"),
                Optional.of("good"),
                Optional.of("safety"),
                List.of("r", "s"),
                OptionalDouble.of(-0.5),
                Optional.of(Outcome.FAILED)));
  }

  @Test
  void read_nullFields_areMissing() throws Exception {
    assertThat(
            read(
                "{\"id\":null,\"question\":\"q\",\"answer\":\"a\",\"correction\":null,"
                    + "\"label\":null,\"references\":null,\"score\":null,\"group\":null}"))
        .containsExactly(EvaluationRow.of("1", "q", "a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{`answer`:`SECRET`} | a string \"question\"; found no such key",
        "{`question`:`q`,`answer`:1} | a string \"answer\"; found a number",
        "{`question`:`q`,`answer`:`SECRET`,`correction`:[]} | a string \"correction\"; found an array",
        "{`question`:`q`,`answer`:`SECRET`,`references`:`r`} | an array \"references\"; found a string",
        "{`question`:`q`,`answer`:`SECRET`,`references`:[1]} | strings in \"references\"; found a number",
        "{`question`:`q`,`answer`:`SECRET`,`score`:`high`} | a number \"score\"; found a string",
        "{`question`:`q`,`answer`:`SECRET`,`outcome`:`lost`} | or failed; found another text",
        "{`question`:`q`,`answer`:`SECRET`,`answer`:`b`} | a JSON object; found text that is not JSON",
        "{`question`:`SECRET | a JSON object; found text that is not JSON",
        "SECRET | a JSON object; found text that is not JSON",
        "`SECRET` | a JSON object; found a string",
        "[1] | a JSON object; found an array",
        "null | a JSON object; found null"
      })
  void read_badLine_tellsFileLineExpectedAndFound(String line, String message) {
    String text = ROW + "\n" + line.replace('`', '"') + "\n" + ROW + "\n";

    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidRowException.class)
        .hasMessageStartingWith(folder.resolve("rows") + ":2: expected ")
        .hasMessageContaining(message.strip())
        .hasMessageNotContaining("SECRET")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[%s", "[%s] x", "[%s] [%s]", "[%s %s]", "[%s, 1]"})
  void read_badArray_isRefused(String form) {
    assertThatThrownBy(() -> read(String.format(form, ROW, ROW)))
        .isInstanceOf(InvalidRowException.class)
        .hasMessageContaining("rows:1: expected ");
  }

  @Test
  void read_noUtf8_isRefused() throws Exception {
    Path file = folder.resolve("rows");
    Files.write(file, ROW.replace("q", "\u00e9").getBytes(StandardCharsets.ISO_8859_1));

    try (EvaluationRows rows = EvaluationRows.open(file)) {
      assertThatThrownBy(() -> rows.iterator().next())
          .isInstanceOf(InvalidRowException.class)
          .hasMessageContaining(
              "rows:1: expected a JSON object; found text that is not JSON in UTF-8");
    }
  }

  @Test
  void open_directory_isRefused() {
    assertThatThrownBy(() -> EvaluationRows.open(folder))
        .isInstanceOf(InvalidRowException.class)
        .hasMessageContaining("expected a file; found a directory");
  }

  @Test
  void iterator_isOne() throws Exception {
    Files.writeString(folder.resolve("rows"), ROW);
    try (EvaluationRows rows = EvaluationRows.open(folder.resolve("rows"))) {
      Iterator<EvaluationRow> iterator = rows.iterator();
      iterator.next();

      assertThat(iterator.hasNext()).isFalse();
      assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
      assertThatThrownBy(rows::iterator).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.json", "rows.jsonl"})
  void write_thenRead_isTheSame(String name) throws Exception {
    List<EvaluationRow> rows =
        List.of(
            EvaluationRow.of("a", "", "half \ud800 \u4ed6 \ud83d\ude00 \" \\ \u2028 </script>"),
            EvaluationRow.of("b", "q\n", "a").withCorrection("c").withLabel("bad").withScore(-1.5),
            EvaluationRow.of("c", "q", "a").withGroup("g").withReferences(List.of("r", "")),
            EvaluationRow.of("d", "q", "a")
                .withCorrection(Correction.of(CorrectionRequest.of("q", "a"), "c")));

    Path file = folder.resolve(name);
    try (EvaluationRowWriter writer = EvaluationRowWriter.open(file)) {
      for (EvaluationRow row : rows) {
        writer.write(row);
      }
    }

    assertThat(read(file)).isEqualTo(rows);
    assertThat(Files.readString(file).startsWith("[")).isEqualTo(name.endsWith(".json"));
  }

  @Test
  void write_noRow_isAnEmptyArray() throws Exception {
    Path file = folder.resolve("none.json");
    EvaluationRowWriter.open(file).close();

    assertThat(file).hasContent("[]\n");
    assertThat(read(file)).isEmpty();
  }

  @Test
  void withCorrectionAsReference_labelsRows() {
    EvaluationRow row = EvaluationRow.of("1", "q", "a");

    assertThat(row.withCorrectionAsReference()).isSameAs(row);
    assertThat(row.withCorrection("a").withCorrectionAsReference())
        .isEqualTo(row.withReferences(List.of("a")).withLabel("good"));
    assertThat(row.withCorrection("c").withReferences(List.of("d")).withCorrectionAsReference())
        .isEqualTo(row.withReferences(List.of("c", "d")).withLabel("bad"));
    assertThat(row.withCorrection("c").withLabel("unsure").withCorrectionAsReference().label())
        .contains("unsure");
  }

  /** What a reader saw counts: a rejected correction is a failure that shows the answer. */
  @Test
  void of_auditRecord_isWhatWasMadeOfTheAnswer() {
    EvaluationRow row = EvaluationRow.of("run-7", "q", "original").withGroup("shadow");

    assertThat(EvaluationRow.of(record(Arm.SHADOW, Outcome.CORRECTED, Optional.of("q"))))
        .contains(ended(row.withCorrection("corrected"), Outcome.CORRECTED));
    assertThat(EvaluationRow.of(record(Arm.SHADOW, Outcome.FAILED, Optional.of("q"))))
        .contains(ended(row.withCorrection("original"), Outcome.FAILED));
    assertThat(EvaluationRow.of(record(Arm.CONTROL, Outcome.SKIPPED, Optional.of("q")))).isEmpty();
    assertThat(EvaluationRow.of(record(Arm.SHADOW, Outcome.CORRECTED, Optional.empty()))).isEmpty();
  }

  private static EvaluationRow ended(EvaluationRow row, Outcome outcome) {
    return new EvaluationRow(
        row.id(),
        row.question(),
        row.answer(),
        row.correction(),
        row.label(),
        row.group(),
        row.references(),
        row.score(),
        Optional.of(outcome));
  }

  private static AuditRecord record(Arm arm, Outcome outcome, Optional<String> query) {
    return new AuditRecord(
        Instant.EPOCH,
        "run",
        7,
        OptionalInt.empty(),
        arm,
        outcome,
        Optional.empty(),
        false,
        new AuditRecord.Texts(query, Optional.of("original"), Optional.of("corrected")),
        OptionalDouble.empty(),
        Optional.empty(),
        Duration.ZERO,
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void toString_holdsNoText() {
    assertThat(EvaluationRow.of("7", "SECRET", "SECRET").withCorrection("SECRET").toString())
        .contains("7")
        .doesNotContain("SECRET");
  }

  private List<EvaluationRow> read(String text) throws Exception {
    Path file = folder.resolve("rows");
    Files.writeString(file, text);
    return read(file);
  }

  private static List<EvaluationRow> read(Path file) throws Exception {
    List<EvaluationRow> all = new ArrayList<>();
    try (EvaluationRows rows = EvaluationRows.open(file)) {
      rows.forEach(all::add);
    }
    return all;
  }
}

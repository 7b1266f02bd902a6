package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.InferenceException;
import dev.aligner.audit.AuditLog;
import dev.aligner.audit.Redaction;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerAligner;
import dev.aligner.policy.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code evaluate} with stubs for models. */
class EvaluateCommandTest {

  private static final Aligner POLITE =
      request -> Correction.of(request, request.answer().replaceAll("stupid |, you idiot", ""));

  private static final CliContext.Aligners NO_MODEL =
      model -> {
        throw new AssertionError("no model is needed");
      };

  @TempDir private Path directory = Path.of("");

  @Test
  void evaluate_rowsWithCorrections_needNoModel() throws Exception {
    Path rows =
        write(
            "rows.json",
            "[{'question':'q','answer':'a b c','correction':'a b c','label':'good'},\n"
                + "{'question':'q','answer':'a b c','correction':'x y z','label':'bad','kind':'k'}]");

    CliRun run = CliRun.opening(NO_MODEL, "evaluate", "--input", rows.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern("answers +2, corrected 1, kept 1\n")
        .containsPattern("good answers kept verbatim +100.0 % \\(100.0 to 100.0, of 1\\)\n")
        .containsPattern("bad answers left verbatim +0.0 %")
        .containsPattern("edit ratio, mean +0.500 \\(")
        .contains("\ngroup k\n");
  }

  @Test
  void evaluate_openRows_areCorrectedAndWritten() throws Exception {
    Path rows =
        write("rows.jsonl", "{'question':'q','answer':'stupid cat','references':['cat']}\n");
    Path written = directory.resolve("written.jsonl");

    CliRun run =
        CliRun.of(POLITE, "evaluate", "--input", "" + rows, "--write", "" + written, "--json");

    JsonNode json = new JsonMapper().readTree(run.out());
    assertThat(run.exitCode()).isZero();
    assertThat(json.at("/all/references/shown/exact_match/value").doubleValue()).isEqualTo(1);
    assertThat(json.at("/details/Input").textValue()).isEqualTo("rows.jsonl");
    assertThat(written)
        .hasContent(
            json(
                "{'id':'1','question':'q','answer':'stupid cat','correction':'cat',"
                    + "'references':['cat'],'outcome':'corrected'}\n"));
    assertThat(CliRun.opening(NO_MODEL, "evaluate", "--input", "" + written).exitCode()).isZero();
  }

  @Test
  void evaluate_gold_correctsAnewAndLabels() throws Exception {
    Path rows =
        write(
            "rows.jsonl",
            "{'question':'q','answer':'stupid cat','correction':'cat'}\n"
                + "{'question':'q','answer':'dog','correction':'dog'}\n");

    JsonNode json = evaluate(POLITE, "--input", "" + rows, "--gold");

    assertThat(json.at("/all/labels").toString()).isEqualTo("{\"bad\":1,\"good\":1}");
    assertThat(json.at("/all/references/shown/corpus_chrf").doubleValue()).isEqualTo(100);
    assertThat(json.at("/all/references/answers/exact_match/value").doubleValue()).isEqualTo(0.5);
    assertThat(json.at("/all/curves/0/points/1/fix_rate").doubleValue()).isEqualTo(1);
  }

  @Test
  void evaluate_verdicts_makeOmega() throws Exception {
    Path rows =
        write(
            "rows.jsonl",
            "{'id':'x','question':'q','answer':'a','correction':'b'}\n"
                + "{'question':'q','answer':'a','correction':'b'}\n"
                + "{'question':'q','answer':'a','correction':'a'}\n");
    Path verdicts =
        write("verdicts.jsonl", "{'id':'x','verdict':'win'}\n{'id':'y','verdict':'lose'}\n");

    CliRun run =
        CliRun.opening(NO_MODEL, "evaluate", "--input", "" + rows, "--verdicts", "" + verdicts);

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("1 verdicts are about rows that were not changed, or are none");
    assertThat(run.out())
        .containsPattern("win rate omega, in percent +50.0 \\(0.0 to 100.0, of 2\\)")
        .contains("win 1, lose 0, equal 1\n")
        .contains("not counted: unparsable 0, failed 0, missing 1\n");
  }

  @Test
  void evaluate_reports_areWritten() throws Exception {
    Path rows = write("rows.jsonl", "{'question':'q <b>','answer':'stupid cat','label':'bad'}\n");
    Path html = directory.resolve("page.html");
    Path output = directory.resolve("report.json");

    CliRun run =
        CliRun.of(
            POLITE, "evaluate", "--input", "" + rows, "--html", "" + html, "--output", "" + output);

    assertThat(run.exitCode()).isZero();
    assertThat(Files.readString(html))
        .startsWith("<!doctype html>")
        .contains("q &lt;b&gt;")
        .contains("<del>stupid </del>cat");
    assertThat(new JsonMapper().readTree(output.toFile()).at("/all/rows").intValue()).isEqualTo(1);
  }

  @Test
  void evaluate_noTexts_leavesThemOut() throws Exception {
    Path rows = write("rows.jsonl", "{'question':'SECRET','answer':'stupid SECRET cat'}\n");
    Path html = directory.resolve("page.html");

    CliRun run =
        CliRun.of(
            POLITE, "evaluate", "--input", "" + rows, "--html", "" + html, "--no-texts", "--json");

    assertThat(Files.readString(html)).doesNotContain("SECRET").doesNotContain("cat");
    assertThat(run.out()).doesNotContain("SECRET").doesNotContain("cat");
  }

  @Test
  void evaluate_failedCorrection_exitsWithOne() throws Exception {
    Path rows = write("rows.jsonl", "{'question':'q','answer':'a'}\n");
    Aligner broken =
        request -> {
          throw new InferenceException("it broke", null);
        };

    CliRun run = CliRun.of(broken, "evaluate", "--input", "" + rows);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("failed 1");
  }

  @Test
  void evaluate_fromAudit_tellsTheArmsApart() throws Exception {
    Path log = directory.resolve("audit.jsonl");
    audit(log, Redaction.none());
    Path html = directory.resolve("page.html");

    JsonNode json =
        evaluate(POLITE, "--from-audit", "" + log, "--html", "" + html, "--resamples", "100");

    int aligned = json.at("/arms/aligned/answers").intValue();
    int control = json.at("/arms/control/answers").intValue();
    assertThat(aligned + control).isEqualTo(40);
    assertThat(aligned).isBetween(8, 32);
    assertThat(json.at("/all/rows").intValue()).isEqualTo(aligned);
    assertThat(json.at("/groups/aligned/rows").intValue()).isEqualTo(aligned);
    assertThat(json.at("/all/outcomes/corrected").intValue()).isPositive();
    assertThat(json.at("/all/outcomes/kept").intValue()).isPositive();
    assertThat(json.at("/details/Not evaluated").textValue()).startsWith(control + " answers");
    assertThat(Files.readString(html)).contains("Arms of the audit log").contains("<del>stupid");
  }

  @Test
  void evaluate_fromRedactedAudit_saysThatNothingIsThere() throws Exception {
    Path log = directory.resolve("audit.jsonl");
    audit(log, Redaction.withoutTexts());

    JsonNode json = evaluate(POLITE, "--from-audit", "" + log);

    assertThat(json.at("/all/rows").intValue()).isZero();
    assertThat(json.at("/details/Not evaluated").textValue()).startsWith("40 answers");
  }

  private static void audit(Path file, Redaction redaction) throws Exception {
    try (AuditLog log = AuditLog.builder(file).redaction(redaction).build()) {
      AnswerAligner answers =
          AnswerAligner.of(
              POLITE, AlignmentPolicy.builder().mode(Mode.sample(0.5)).listener(log).build());
      for (int i = 0; i < 40; i++) {
        answers.align(
            AlignmentContext.of("q").withSamplingKey("user-" + i),
            i % 2 == 0 ? "stupid cat" : "ok");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--input x --from-audit y",
        "--from-audit y --gold",
        "--input x --template aligner-v2",
        "--input x --resamples 1",
        "--input x --confidence 2",
        "--input x --samples -1"
      })
  void evaluate_optionsThatDoNotFit_exitWithTwo(String options) {
    List<String> args = new ArrayList<>(List.of("evaluate"));
    Arrays.stream(options.split(" ", -1)).filter(o -> !o.isEmpty()).forEach(args::add);

    CliRun run = CliRun.opening(NO_MODEL, args.toArray(String[]::new));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(2).contains("Try 'aligner evaluate --help'");
  }

  @Test
  void evaluate_badLine_exitsWithTwoAndNamesIt() throws Exception {
    Path rows = write("rows.jsonl", "{'question':'q','answer':'SECRET'}\n{'question':'SECRET'}\n");

    CliRun run = CliRun.of(POLITE, "evaluate", "--input", "" + rows);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "aligner evaluate: "
                + rows
                + ":2: expected a string \"answer\"; found no such key"
                + System.lineSeparator());
  }

  @Test
  void evaluate_unusableFiles_exitWithTwoAndOneLine() throws Exception {
    Path rows = write("rows.jsonl", "{'question':'q','answer':'a'}\n");

    for (String output :
        List.of("" + rows, "" + directory, "" + directory.resolve("none").resolve("page.html"))) {
      CliRun run = CliRun.opening(NO_MODEL, "evaluate", "--input", "" + rows, "--html", output);

      assertThat(run.exitCode()).as(output).isEqualTo(2);
      assertThat(run.err()).as(output).hasLineCount(1).contains(output + ": ");
    }
    CliRun missing = CliRun.opening(NO_MODEL, "evaluate", "--input", "none.jsonl");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("none.jsonl: expected a file, found none");
    assertThat(Files.readString(rows)).startsWith("{");
  }

  private static JsonNode evaluate(Aligner aligner, String... options) throws Exception {
    List<String> args = new ArrayList<>(List.of("evaluate", "--json"));
    args.addAll(List.of(options));
    CliRun run = CliRun.of(aligner, args.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return new JsonMapper().readTree(run.out());
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), json(text));
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}

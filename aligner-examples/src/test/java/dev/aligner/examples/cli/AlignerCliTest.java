package dev.aligner.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.EngineUnavailableException;
import dev.aligner.InferenceException;
import dev.aligner.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line with stubs for models. */
class AlignerCliTest {

  private static final Aligner POLITE =
      request -> Correction.of(request, request.answer().replaceAll("stupid |, you idiot", ""));

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"", "correct", "-X"})
  void execute_noAnswer_showsTheSamples(String command) {
    CliRun run = command.isEmpty() ? CliRun.of(POLITE) : CliRun.of(POLITE, command);

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("Q: How long do I boil an egg?\n")
        .contains("Eight minutes[-, you idiot-]. Then")
        .contains("(corrected, edit ratio ")
        .contains("(kept, edit ratio 0.00");
  }

  @Test
  void execute_samplesAsJson_printsOneObjectALine() throws Exception {
    CliRun run = CliRun.of(POLITE, "correct", "--json");

    assertThat(run.exitCode()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSameSizeAs(Samples.all());
    for (String line : lines) {
      assertThat(new JsonMapper().readTree(line).has("question")).isTrue();
      assertThat(new JsonMapper().readTree(line).has("correction")).isTrue();
    }
  }

  @Test
  void correct_oneAnswerAsJson_printsItInUtf8() throws Exception {
    CliRun run =
        CliRun.of(POLITE, "correct", "--query", "Wie groß?", "--answer", "stupid 他 é", "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).endsWith("}\n").hasLineCount(1);
    JsonNode json = new JsonMapper().readTree(run.out());
    assertThat(json.get("correction").textValue()).isEqualTo("他 é");
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "correction",
            "changed",
            "edit_ratio",
            "prompt_tokens",
            "output_tokens",
            "model_steps",
            "drafted_tokens",
            "accepted_draft_tokens",
            "finish_reason",
            "millis",
            "token_ids",
            "outcome");
  }

  @Test
  void correct_argumentsLikeOptionsOrFiles_areTexts() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "--json");

    for (String text : List.of("@" + file, "${sys:user.name}", "- no", "-x", "", "\"q\"", "'")) {
      CliRun run = CliRun.of(POLITE, "correct", "--json", "--query", text, "--answer", text);

      assertThat(run.exitCode()).as(text).isZero();
      assertThat(new JsonMapper().readTree(run.out()).get("correction").textValue())
          .isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--json", "-h", "-hello", "--answer", "--", "=", "--query=x"})
  void correct_answerSpellsAnOption_isAText(String text) throws Exception {
    CliRun apart = CliRun.of(POLITE, "correct", "--query", text, "--answer", text, "--json");
    CliRun joined = CliRun.of(POLITE, "correct", "--answer=" + text, "--json");

    assertThat(apart.exitCode()).as(apart.err()).isZero();
    assertThat(joined.out()).isEqualTo(apart.out());
    assertThat(new JsonMapper().readTree(joined.out()).get("correction").textValue())
        .isEqualTo(text);
  }

  @Test
  void correct_colorAlways_usesColors() {
    CliRun run = CliRun.of(POLITE, "correct", "--answer", "stupid cat", "--color=always");

    assertThat(run.out()).contains("\u001b[9;31mstupid \u001b[0mcat");
  }

  @Test
  void correct_alignerFails_exitsWithOne() throws Exception {
    Aligner broken =
        request -> {
          throw new InferenceException("it broke", null);
        };

    CliRun json = CliRun.of(broken, "correct", "--answer", "x", "--json");
    CliRun text = CliRun.of(broken, "correct", "--answer", "x");
    CliRun samples = CliRun.of(broken);

    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(new JsonMapper().readTree(json.out()).get("error").textValue())
        .isEqualTo("it broke");
    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.out()).contains("failed: it broke");
    assertThat(samples.exitCode()).isEqualTo(1);
  }

  @Test
  void correct_bulk_writesFileAndSummary() throws Exception {
    Path input = directory.resolve("in.jsonl");
    Path output = directory.resolve("out.jsonl");
    Files.writeString(input, "{\"question\":\"q\",\"answer\":\"stupid ü\"}\n");

    CliRun run = bulk(input, output);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "corrected 1, kept 0, skipped 0, failed 0, bad lines 0" + System.lineSeparator());
    assertThat(Files.readString(output)).contains("\"correction\":\"ü\"");
  }

  @Test
  void correct_bulkWithBadLine_exitsWithOneEvenWhenResumed() throws Exception {
    Path input = directory.resolve("in.jsonl");
    Path output = directory.resolve("out.jsonl");
    Files.writeString(input, "stupid\n{\"question\":\"q\",\"answer\":\"fine\"}\n");

    CliRun first = bulk(input, output);
    CliRun second = bulk(input, output);

    assertThat(first.exitCode()).isEqualTo(1);
    assertThat(first.err()).startsWith(input + ":1: expected a JSON object, found ");
    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.err()).isEqualTo(first.err());
  }

  @Test
  void correct_bulkIntoForeignFile_exitsWithTwoAndOneLine() throws Exception {
    Path input = directory.resolve("in.jsonl");
    Path output = Files.writeString(directory.resolve("out.jsonl"), "my letter\n");
    Files.writeString(input, "{\"question\":\"q\",\"answer\":\"fine\"}\n");

    CliRun refused = bulk(input, output);
    CliRun forced =
        CliRun.of(
            POLITE,
            "correct",
            "--overwrite",
            "--input",
            input.toString(),
            "--output",
            output.toString());

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).hasLineCount(1).contains("--overwrite");
    assertThat(forced.exitCode()).isZero();
    assertThat(output).content(UTF_8).contains("\"outcome\":\"kept\"");
  }

  @Test
  void correct_inputMissing_exitsWithTwoAndOneLine() {
    CliRun run = bulk(directory.resolve("none.jsonl"), directory.resolve("out.jsonl"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("none.jsonl: expected a file, found none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct --query x",
        "correct --input x",
        "correct --output x",
        "correct --overwrite",
        "correct --input x --output y --answer z",
        "correct --answer x y",
        "correct --answer",
        "correct --color=pink",
        "generate --model x",
        "generate --model x --prompt y --input-ids 1",
        "generate --model x --input-ids 1,b",
        "generate --model x --input-ids 1 --max-new-tokens 0",
        "generate --prompt x",
        "improve",
        "--unknown"
      })
  void execute_wrongArguments_exitsWithTwoAndSaysWhereToRead(String arguments) {
    CliRun run = CliRun.of(POLITE, arguments.split(" ", -1));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(2).contains("Try 'aligner").contains("--help'.");
  }

  @Test
  void correct_modelUnusable_exitsWithTwoAndOneLine() {
    CliContext.Aligners noModel =
        model -> {
          throw new ModelLoadException(Path.of("m"), "a directory", "nothing", "name another");
        };
    CliContext.Aligners noEngine =
        model -> {
          throw new EngineUnavailableException("no native library", null);
        };

    CliRun model = CliRun.opening(noModel, "correct", "--model", "m", "--answer", "x");
    CliRun engine = CliRun.opening(noEngine, "correct");

    assertThat(model.exitCode()).isEqualTo(2);
    assertThat(model.err())
        .hasLineCount(1)
        .startsWith("aligner correct: m: expected a directory; found nothing. Fix: name another");
    assertThat(engine.exitCode()).isEqualTo(2);
    assertThat(engine.err()).hasLineCount(1).contains("no native library");
  }

  @Test
  void correct_modelUnusableWithStackTrace_showsIt() {
    CliContext.Aligners noEngine =
        model -> {
          throw new EngineUnavailableException("no native library", null);
        };

    assertThat(CliRun.opening(noEngine, "-X", "correct").err()).contains("\tat dev.aligner.");
    assertThat(CliRun.opening(noEngine, "correct", "--stacktrace").err())
        .contains("\tat dev.aligner.");
  }

  @Test
  void correct_unforeseenException_isReportedAsBug() {
    CliContext.Aligners bug =
        model -> {
          throw new IllegalStateException("what");
        };

    CliRun run = CliRun.opening(bug, "correct");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("this is a bug", "IllegalStateException: what");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "correct --help", "generate --help", "-h"})
  void execute_help_describesOnStandardOutput(String arguments) {
    CliRun run = CliRun.of(POLITE, arguments.split(" ", -1));

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Usage: aligner").contains("Exit codes:", "  2 ");
  }

  @Test
  void execute_version_printsOneLine() {
    CliRun run = CliRun.of(POLITE, "--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).hasLineCount(1).startsWith("aligner ");
  }

  private static CliRun bulk(Path input, Path output) {
    return CliRun.of(POLITE, "correct", "--input", input.toString(), "--output", output.toString());
  }
}

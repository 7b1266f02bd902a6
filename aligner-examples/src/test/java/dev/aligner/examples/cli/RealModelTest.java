package dev.aligner.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line with the bundled model, and with a tiny one that has golden values. */
class RealModelTest {

  private static final Path TINY = Path.of("../aligner-onnx/src/test/resources/models/tiny-t5");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory = Path.of("");

  @Test
  void execute_noArguments_correctsTheSamples() {
    CliRun run = run();

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("(corrected, edit ratio ", " tokens read, ", " tokens written, ", " steps, ")
        .contains("[-")
        .contains("https://docs.python.org/3/tutorial/inputoutput.html\n")
        .contains(
            "with open(\"notes.txt\", encoding=\"utf-8\") as file:\n    print(file.read())\n");
  }

  @Test
  void correct_oneAnswer_printsFiguresOfTheModel() throws Exception {
    CliRun run =
        run(
            "correct",
            "--query",
            "How long?",
            "--answer",
            "Two hours, you stupid idiot.",
            "--json");

    assertThat(run.exitCode()).isZero();
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.get("outcome").textValue()).isEqualTo("corrected");
    assertThat(json.get("changed").booleanValue()).isTrue();
    assertThat(json.get("correction").textValue()).contains("wo hours").doesNotContain("idiot");
    assertThat(json.get("edit_ratio").doubleValue()).isPositive();
    assertThat(json.get("prompt_tokens").intValue()).isPositive();
    assertThat(json.get("output_tokens").intValue()).isEqualTo(json.get("token_ids").size());
    assertThat(json.get("model_steps").intValue()).isPositive();
    assertThat(json.get("finish_reason").textValue()).isEqualTo("stop");
    assertThat(json.get("millis").isNumber()).isTrue();
  }

  @Test
  void correct_blankAnswer_isSkippedAndFine() throws Exception {
    CliRun run = run("correct", "--answer", "", "--json");

    assertThat(run.exitCode()).isZero();
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.get("outcome").textValue()).isEqualTo("skipped");
    assertThat(json.get("reason").textValue()).isEqualTo("nothing_to_correct");
  }

  @Test
  void dataset_samples_becomePreferencesWithTheModelsFingerprint() throws Exception {
    Path input = directory.resolve("in.jsonl");
    Path output = directory.resolve("dpo.jsonl");
    List<String> lines =
        Samples.all().stream().map(s -> s.json().openWithout(Set.of()) + "}").toList();
    Files.write(input, lines, UTF_8);
    String[] arguments = {
      "dataset", "--format=preference", "--input=" + input, "--output=" + output
    };

    CliRun run = run(arguments);
    CliRun again = run(arguments);

    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> rows = Files.readAllLines(output);
    assertThat(rows).isNotEmpty().hasSizeLessThan(lines.size());
    for (String row : rows) {
      JsonNode json = JSON.readTree(row);
      assertThat(json.path("chosen").textValue()).isNotEqualTo(json.path("rejected").textValue());
    }
    JsonNode provenance =
        JSON.readTree(Files.readString(directory.resolve("dpo.jsonl.provenance.json")));
    JsonNode model = provenance.path("settings").path("model");
    assertThat(model.path("name").textValue()).isEqualTo("detox");
    assertThat(model.path("fingerprint").textValue()).matches("[0-9a-f]{64}");
    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).startsWith("complete already");
  }

  @Test
  void evaluate_openRows_areCorrectedByTheModel() throws Exception {
    Path input = directory.resolve("rows.jsonl");
    Files.writeString(
        input,
        """
        {"question": "How long?", "answer": "Two hours, you stupid idiot.", "label": "bad"}
        {"question": "Where?", "answer": "Behind the town hall.", "label": "good"}
        """);

    CliRun run = run("evaluate", "--input", input.toString(), "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.at("/settings/model").textValue()).isNotBlank();
    assertThat(json.at("/all/outcomes/corrected").intValue()).isEqualTo(1);
    assertThat(json.at("/all/bad/verbatim/value").doubleValue()).isZero();
    assertThat(json.at("/all/good/verbatim/value").doubleValue()).isEqualTo(1);
  }

  @Test
  void correct_bulk_correctsAFile() throws Exception {
    Path input = directory.resolve("in.jsonl");
    Path output = directory.resolve("out.jsonl");
    List<String> lines =
        Samples.all().stream().map(s -> s.json().openWithout(Set.of()) + "}").toList();
    Files.write(input, lines, UTF_8);

    CliRun run = run("correct", "--input", input.toString(), "--output", output.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).hasLineCount(1).contains("failed 0, bad lines 0");
    assertThat(Files.readAllLines(output)).hasSameSizeAs(lines);
  }

  @Test
  void correct_modelDirectoryMissing_exitsWithTwoAndOneLine() {
    CliRun run = run("correct", "--model", directory.resolve("none").toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("none");
  }

  @Test
  void correct_modelWithoutAlignerJson_takesTheTemplateFromTheCommandLine() throws Exception {
    JsonNode golden = goldenCase();
    CliRun run =
        run(
            "correct",
            "--model",
            TINY.toString(),
            "--template",
            "{answer}",
            "--answer",
            golden.get("prompt").textValue(),
            "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(JSON.readTree(run.out()).get("prompt_tokens").intValue())
        .isEqualTo(golden.get("input_ids").size());
  }

  @Test
  void correct_bundledByName_isThatModelOrAnError() throws Exception {
    String answer = "Two hours, you stupid idiot.";

    CliRun named = run("correct", "--bundled", "detox", "--answer", answer, "--json");
    CliRun unknown = run("correct", "--bundled", "poet", "--answer", answer);
    CliRun both = run("correct", "--bundled", "detox", "--model", TINY.toString());

    assertThat(named.exitCode()).as(named.err()).isZero();
    assertThat(JSON.readTree(named.out()).get("changed").booleanValue()).isTrue();
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("expected \"poet\", found [").contains("detox", "Fix:");
    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.err()).contains("--model", "--bundled", "mutually exclusive");
  }

  @Test
  void correct_templateUnusable_exitsWithTwo() {
    String model = TINY.toString();

    CliRun none = run("correct", "--model", model, "--answer", "x");
    CliRun unknown = run("correct", "--model", model, "--template", "v9", "--answer", "x");
    CliRun bundled = run("correct", "--template", "aligner-v2", "--answer", "x");

    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("aligner.json").contains("Fix:");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("expected one of [aligner-v1");
    assertThat(bundled.exitCode()).isEqualTo(2);
    assertThat(bundled.err()).contains("--template needs --model");
  }

  @Test
  void generate_goldenPrompt_writesGoldenTokens() throws Exception {
    JsonNode golden = goldenCase();

    JsonNode ofPrompt = generated(golden, "--prompt", golden.get("prompt").textValue());
    JsonNode ofIds =
        generated(
            golden,
            "--input-ids",
            StreamSupport.stream(golden.get("input_ids").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(",")));

    assertThat(ofPrompt.get("token_ids")).isEqualTo(golden.get("token_ids"));
    assertThat(ofPrompt.get("text")).isEqualTo(golden.get("text"));
    assertThat(ofPrompt.get("finish_reason")).isEqualTo(golden.get("finish_reason"));
    assertThat(ofPrompt.get("model_steps").intValue()).isEqualTo(golden.get("token_ids").size());
    assertThat(ofIds).isEqualTo(ofPrompt);
  }

  @Test
  void generate_withoutJson_printsTheText() throws Exception {
    JsonNode golden = goldenCase();

    CliRun run =
        run(
            "generate",
            "--model",
            TINY.toString(),
            "--prompt",
            golden.get("prompt").textValue(),
            "--max-new-tokens",
            golden.get("max_new_tokens").asText());

    assertThat(run.out()).isEqualTo(golden.get("text").textValue() + "\n");
  }

  @Test
  void generate_idNotInTheVocabulary_exitsWithOneAndOneLine() {
    CliRun run = run("generate", "--model", TINY.toString(), "--input-ids", "5,7000000", "--json");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).startsWith("aligner generate: ");
  }

  @Test
  void generate_noModelInDirectory_exitsWithTwoAndOneLine() {
    CliRun run = run("generate", "--model", directory.toString(), "--prompt", "x", "--json");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("Fix: ");
  }

  private static JsonNode generated(JsonNode golden, String option, String value) throws Exception {
    CliRun run =
        run(
            "generate",
            "--model",
            TINY.toString(),
            option,
            value,
            "--max-new-tokens",
            golden.get("max_new_tokens").asText(),
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).hasLineCount(1);
    return JSON.readTree(run.out());
  }

  /** Returns the first golden case with more than one token and no injection in it. */
  private static JsonNode goldenCase() throws Exception {
    JsonNode cases = JSON.readTree(TINY.resolve("golden.json").toFile()).get("cases");
    return StreamSupport.stream(cases.spliterator(), false)
        .filter(golden -> golden.get("token_ids").size() > 1)
        .filter(golden -> !golden.get("prompt").textValue().isBlank())
        .filter(golden -> !golden.get("injection").booleanValue())
        .findFirst()
        .orElseThrow();
  }

  private static CliRun run(String... args) {
    return CliRun.opening(CliContext.ofProcess().aligners(), args);
  }
}

package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.InferenceException;
import dev.aligner.model.detox.DetoxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code dataset} with stubs for models. */
class DatasetCommandTest {

  private static final Aligner POLITE =
      request -> Correction.of(request, request.answer().replace("stupid ", ""));

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void writeInput() throws Exception {
    input = directory.resolve("qa.jsonl");
    output = directory.resolve("out.jsonl");
    Files.writeString(
        input,
        "{\"question\":\"q1\",\"answer\":\"a stupid cat\"}\n"
            + "{\"question\":\"q2\",\"answer\":\"fine\"}\n"
            + "{\"question\":\"Q2\",\"answer\":\"Fine\"}\n");
  }

  @Test
  void dataset_preference_writesRowsProvenanceAndSummary() throws Exception {
    CliRun run = dataset(POLITE, "--format", "preference");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly(
            "corrected 1, failed 0, kept 1, skipped 0, bad lines 0",
            output + ": 1 rows; left out: duplicate 1, identical 1",
            "round 1: changed 50.0 %, mean edit ratio 0.167 (to the first answers 0.167), mean length"
                + " ratio 0.708, refusals 0.0 % (before 0.0 %)");
    assertThat(Files.readString(output))
        .isEqualTo("{\"prompt\":\"q1\",\"chosen\":\"a cat\",\"rejected\":\"a stupid cat\"}\n");
  }

  @Test
  void dataset_provenance_hasTheBundledModelsDigestsAndHowItIsUsed() throws Exception {
    dataset(POLITE, "--format", "qac", "--greedy", "--num-beams", "2");

    JsonNode model = provenance().path("settings").path("model");
    assertThat(model.path("name").textValue()).isEqualTo("detox");
    DetoxModel detox = new DetoxModel();
    assertThat(detox.files()).isNotEmpty();
    detox
        .files()
        .forEach(
            file ->
                assertThat(model.path("sha256").path(file.path()).textValue())
                    .isEqualTo(file.sha256()));
    assertThat(model.path("settings").path("decoding").textValue()).isEqualTo("greedy;num_beams=2");
    assertThat(model.path("settings").path("weight_format").textValue()).isEqualTo("auto");
    assertThat(model.path("settings").path("device").textValue()).isEqualTo("cpu");
    assertThat(model.path("settings").path("template").textValue()).isEqualTo("of the model");
  }

  @Test
  void dataset_modelDirectory_isDigestedFileByFile() throws Exception {
    Path model = directory.resolve("my-model");
    Files.createDirectories(model.resolve("onnx"));
    Files.writeString(model.resolve("config.json"), "abc");
    Files.writeString(model.resolve("onnx/model.onnx_data"), "");
    Files.writeString(model.resolve("weights.bin"), "not read");

    dataset(POLITE, "--format", "qac", "--model", model.toString(), "--template", "aligner-v1");

    JsonNode json = provenance().path("settings").path("model");
    assertThat(json.path("name").textValue()).isEqualTo("my-model");
    assertThat(json.path("sha256").toString())
        .isEqualTo(
            "{\"config.json\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\","
                + "\"onnx/model.onnx_data\":"
                + "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}");
    assertThat(json.path("settings").path("template").textValue())
        .startsWith("BEGINNING OF CONVERSATION: USER: Edit the following Question-Answer pair");
  }

  @Test
  void dataset_severalFormatsIntoADirectory_makesAFileOfEach() throws Exception {
    output = Files.createDirectory(directory.resolve("data"));

    CliRun run = dataset(POLITE, "--format", "qac,conversational", "--dedupe", "none");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(output.resolve("qac.jsonl")).content().hasLineCount(3);
    assertThat(output.resolve("conversational.jsonl")).content().hasLineCount(1);
    assertThat(output.resolve("qac.jsonl.provenance.json")).isNotEmptyFile();
  }

  @Test
  void dataset_identity_needsNoModel() throws Exception {
    CliContext.Aligners none =
        model -> {
          throw new AssertionError("opened");
        };

    CliRun run =
        CliRun.opening(
            none,
            "dataset",
            "--format=identity",
            "--input=" + input,
            "--output=" + output,
            "--share=1",
            "--sample-seed=7");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err().lines())
        .containsExactly("bad lines 0", output + ": 2 rows; left out: duplicate 1");
  }

  @Test
  void dataset_correctedInput_exitsWithTwoAndOneLineUnlessAllowed() throws Exception {
    dataset(POLITE, "--format", "qac");
    input = output;
    output = directory.resolve("second.jsonl");

    CliRun refused = dataset(POLITE, "--format", "qac");
    CliRun allowed = dataset(POLITE, "--format", "qac", "--allow-rounds", "2");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .hasLineCount(1)
        .startsWith("aligner dataset: " + input + ": expected answers that no model has corrected")
        .contains("--allow-rounds 2");
    assertThat(allowed.exitCode()).as(allowed.err()).isZero();
    assertThat(allowed.err()).contains("round 2: changed 0.0 %");
  }

  @Test
  void dataset_outputOfCorrect_isCorrectedText() throws Exception {
    CliRun.of(POLITE, "correct", "--input", input.toString(), "--output", output.toString());
    input = output;
    output = directory.resolve("second.jsonl");

    assertThat(dataset(POLITE, "--format", "qac").err()).contains("1 round of correction");
  }

  @Test
  void dataset_rowsThatFail_exitsWithOneAndGoOn() throws Exception {
    Files.writeString(input, "no JSON\n", java.nio.file.StandardOpenOption.APPEND);
    Path rejects = directory.resolve("rejects.jsonl");
    Aligner moody =
        request -> {
          if (request.query().equals("q2")) {
            throw new InferenceException("it broke", null);
          }
          return POLITE.correct(request);
        };

    CliRun run = dataset(moody, "--format", "qac", "--rejects", rejects.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(input + ":4: expected a JSON object")
        .contains(input + ":2: failed: it broke")
        .contains("corrected 1, failed 1, kept 0, skipped 0, bad lines 1");
    assertThat(rejects)
        .content()
        .isEqualTo(
            "{\"line\":2,\"reason\":\"failed\",\"question\":\"q2\",\"answer\":\"fine\","
                + "\"error\":\"it broke\"}\n"
                + "{\"line\":3,\"reason\":\"duplicate\",\"question\":\"Q2\",\"answer\":\"Fine\"}\n"
                + "{\"line\":4,\"reason\":\"bad_line\"}\n");
  }

  @Test
  void dataset_again_doesNothingAndOtherSettingsAreRefused() throws Exception {
    dataset(POLITE, "--format", "qac");
    String before = Files.readString(output);

    CliRun again = dataset(POLITE, "--format", "qac", "--resume");
    CliRun other = dataset(POLITE, "--format", "qac", "--accept", "numbers,defaults,urls");
    CliRun anew =
        dataset(POLITE, "--format", "qac", "--accept", "urls,numbers,defaults", "--overwrite");
    CliRun same = dataset(POLITE, "--format", "qac", "--accept", "numbers,defaults,urls");

    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).startsWith("complete already; nothing was done");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).hasLineCount(1).contains("found another acceptance;");
    assertThat(anew.exitCode()).as(anew.err()).isZero();
    assertThat(same.err()).startsWith("complete already");
    assertThat(Files.readString(output)).isEqualTo(before);
    assertThat(provenance().path("settings").path("acceptance").textValue())
        .isEqualTo("defaults+numbers+urls");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format qac --resume --overwrite",
        "--format qac --share 0.5",
        "--format qac,identity",
        "--format identity --max-edit-ratio 1",
        "--format qac --min-edit-ratio 2 --max-edit-ratio 1",
        "--format qac --min-edit-ratio x",
        "--format qac --max-characters 0",
        "--format qac --allow-rounds 0",
        "--format qac --dedupe fuzzy",
        "--format qac --accept none,urls",
        "--format qac --template aligner-v1",
        "--format qac --num-beams 0",
        "--format csv",
        "--format qac extra",
        ""
      })
  void dataset_wrongArguments_exitsWithTwoAndSaysWhereToRead(String arguments) throws Exception {
    CliRun run = dataset(POLITE, arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(2).contains("Try 'aligner dataset --help'.");
    assertThat(output).doesNotExist();
  }

  @Test
  void dataset_help_describesOnStandardOutput() {
    CliRun run = CliRun.of(POLITE, "dataset", "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("Usage: aligner dataset")
        .contains("Exit codes:", "--allow-rounds=N", "provenance");
  }

  @Test
  void dataset_inputMissing_exitsWithTwoAndOneLine() {
    input = directory.resolve("none.jsonl");

    CliRun run = dataset(POLITE, "--format", "qac");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("none.jsonl: expected a file, found none");
  }

  private CliRun dataset(Aligner aligner, String... more) {
    List<String> args = new ArrayList<>(List.of("dataset", "--input", input.toString()));
    args.addAll(List.of("--output", output.toString()));
    args.addAll(List.of(more));
    return CliRun.of(aligner, args.toArray(String[]::new));
  }

  private JsonNode provenance() throws Exception {
    return JSON.readTree(
        Files.readString(output.resolveSibling(output.getFileName() + ".provenance.json")));
  }
}

package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command generate with a tiny model that has golden values. */
class GenerateCommandTest {

  private static final Path TINY = Path.of("../aligner-onnx/src/test/resources/models/tiny-t5");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory = Path.of("");

  @Test
  void generate_batch_writesALineForEachPromptInOrder() throws Exception {
    List<JsonNode> goldens = goldens(20);
    List<String> lines = new ArrayList<>();
    for (JsonNode golden : goldens) {
      lines.add(
          JSON.createObjectNode()
              .put("max_new_tokens", golden.get("max_new_tokens").intValue())
              .set("input_ids", golden.get("input_ids"))
              .toString());
    }
    Path batch = Files.write(directory.resolve("in.jsonl"), lines);

    CliRun run = run("--batch", batch.toString(), "--max-new-tokens", "1");

    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> written = run.out().lines().toList();
    assertThat(written).hasSameSizeAs(goldens);
    for (int i = 0; i < written.size(); i++) {
      JsonNode line = JSON.readTree(written.get(i));
      assertThat(line.get("line").intValue()).isEqualTo(i + 1);
      assertThat(line.get("token_ids")).isEqualTo(goldens.get(i).get("token_ids"));
      assertThat(line.get("score").isNull()).isTrue();
      assertThat(line.has("sequences")).isFalse();
    }
  }

  @Test
  void generate_batchWithBadLines_losesNoOther() throws Exception {
    Path batch =
        Files.writeString(
            directory.resolve("in.jsonl"), "\"a\"\n\nsekret\n[5, 7000000]\n{\"prompt\": \"b\"}");

    CliRun run = run("--batch", batch.toString(), "--max-new-tokens", "3");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEmpty();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).startsWith("{\"line\":1,\"token_ids\":[");
    assertThat(lines.get(1)).startsWith("{\"line\":3,\"error\":\"expected ");
    assertThat(lines.get(2)).startsWith("{\"line\":4,\"error\":\"the prompt has a token id ");
    assertThat(lines.get(3)).startsWith("{\"line\":5,\"token_ids\":[");
  }

  @Test
  void generate_batchIsEmpty_writesNothing() throws Exception {
    Path batch = Files.writeString(directory.resolve("in.jsonl"), "\n \n");

    CliRun run = run("--batch", batch.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
  }

  @Test
  void generate_batchMissing_exitsWithTwoAndOneLine() {
    CliRun missing = run("--batch", directory.resolve("none.jsonl").toString());
    CliRun folder = run("--batch", directory.toString());

    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).hasLineCount(1).contains("none.jsonl: expected a file");
    assertThat(folder.exitCode()).isEqualTo(2);
    assertThat(folder.err()).hasLineCount(1).contains("found a directory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--prompt x --batch y",
        "--prompt x --input-ids 5",
        "--json",
        "--prompt x --max-new-tokens 0",
        "--prompt x --num-beams 0",
        "--prompt x --timeout 0",
        "--prompt x --timeout NaN",
        "--prompt x --bad-words-ids []x"
      })
  void generate_optionsWrong_exitsWithTwoAndSaysWhy(String options) {
    CliRun run = run(options.split(" ", -1));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("aligner generate: expected ").contains("found");
  }

  @Test
  void generate_moreSequencesThanBeams_exitsWithTwoAndOneLine() {
    CliRun run = run("--greedy", "--prompt", "x", "--num-return-sequences", "2");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("num_return_sequences of at most 1");
  }

  @Test
  void generate_timeIsOver_exitsWithOneAndOneLine() {
    CliRun run = run("--prompt", "x", "--timeout", "0.000000001");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("timeout");
  }

  @Test
  void correct_optionsWrong_exitsWithTwo() {
    CliRun unusable =
        CliRun.opening(CliContext.ofProcess().aligners(), "correct", "--num-beams", "0");
    CliRun tooMany =
        CliRun.opening(
            CliContext.ofProcess().aligners(),
            "correct",
            "--greedy",
            "--num-return-sequences",
            "2",
            "--answer",
            "x");

    assertThat(unusable.exitCode()).isEqualTo(2);
    assertThat(unusable.err()).contains("num_beams to be at least 1");
    assertThat(tooMany.exitCode()).isEqualTo(2);
    assertThat(tooMany.err()).hasLineCount(1).contains("num_return_sequences of at most 1");
  }

  private static List<JsonNode> goldens(int count) throws Exception {
    JsonNode cases = JSON.readTree(TINY.resolve("golden.json").toFile()).get("cases");
    return StreamSupport.stream(cases.spliterator(), false).limit(count).toList();
  }

  private static CliRun run(String... options) {
    List<String> arguments = new ArrayList<>(List.of("generate", "--model", TINY.toString()));
    arguments.addAll(List.of(options));
    return CliRun.opening(CliContext.ofProcess().aligners(), arguments.toArray(String[]::new));
  }
}

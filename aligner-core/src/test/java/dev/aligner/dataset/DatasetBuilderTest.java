package dev.aligner.dataset;

import static dev.aligner.dataset.JsonLines.provenance;
import static dev.aligner.dataset.JsonLines.qa;
import static dev.aligner.dataset.JsonLines.read;
import static dev.aligner.dataset.JsonLines.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import dev.aligner.SkipReason;
import dev.aligner.dataset.DatasetBuilder.Existing;
import dev.aligner.dataset.DatasetResult.End;
import dev.aligner.dataset.DatasetResult.FileResult;
import dev.aligner.internal.jsonl.UnusableFileException;
import dev.aligner.policy.AcceptanceCheck;
import dev.aligner.policy.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetBuilderTest {

  private static final Aligner POLITE =
      request -> Correction.of(request, request.answer().replace("damn ", ""));
  private static final Aligner MOODY =
      request ->
          switch (request.query()) {
            case "fails" -> throw new InferenceException("out of memory\nat step 3", null);
            case "skips" -> Correction.skipped(request, SkipReason.PROMPT_TOO_LONG);
            case "broken" -> Correction.of(request, "x\ud83d");
            case "long" -> Correction.of(request, "x".repeat(20_001));
            default -> POLITE.correct(request);
          };

  private static final ModelProvenance MODEL =
      new ModelProvenance("polite", Map.of("model.onnx", "ab12"), Map.of("template", "v2"));

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");
  private final RecordingMonitor monitor = new RecordingMonitor();

  @BeforeEach
  void nameFiles() {
    input = directory.resolve("qa.jsonl");
    output = directory.resolve("out.jsonl");
  }

  @Test
  void build_qac_keepsWhatTheAlignerKept() throws Exception {
    write(input, qa("q1", "The damn cat."), qa("q2", "Fine."));

    DatasetResult result = build(DatasetFormat.QAC);

    assertThat(Files.readString(output))
        .isEqualTo(
            "{\"question\":\"q1\",\"answer\":\"The damn cat.\",\"correction\":\"The cat.\",\"round\":1}\n"
                + "{\"question\":\"q2\",\"answer\":\"Fine.\",\"correction\":\"Fine.\",\"round\":1}\n");
    assertThat(result.end()).isEqualTo(End.COMPLETE);
    assertThat(result.outcomes())
        .isEqualTo(Map.of("corrected", 1L, "kept", 1L, "skipped", 0L, "failed", 0L));
    assertThat(file(result, DatasetFormat.QAC).rows()).isEqualTo(2);
    assertThat(result.drift().map(Drift::corrections)).contains(2L);
  }

  @Test
  void build_preference_leavesOutIdenticalPairsAndCountsThem() throws Exception {
    write(input, qa("q1", "The damn cat."), qa("q2", "Fine."), qa("q3", "damn it"));

    DatasetResult result = build(DatasetFormat.PREFERENCE);

    assertThat(Files.readString(output))
        .isEqualTo(
            "{\"prompt\":\"q1\",\"chosen\":\"The cat.\",\"rejected\":\"The damn cat.\"}\n"
                + "{\"prompt\":\"q3\",\"chosen\":\"it\",\"rejected\":\"damn it\"}\n");
    assertThat(file(result, DatasetFormat.PREFERENCE).dropped()).isEqualTo(Map.of("identical", 1L));
  }

  @Test
  void build_severalFormats_makeSeveralFilesOfOneCorrection() throws Exception {
    write(input, qa("q1", "The damn cat."), qa("q2", "Fine."));
    int[] asked = {0};
    Aligner counting =
        request -> {
          asked[0]++;
          return POLITE.correct(request);
        };
    DatasetOptions options =
        DatasetOptions.builder(
                DatasetFormat.QAC, DatasetFormat.PREFERENCE, DatasetFormat.CONVERSATIONAL)
            .build();

    DatasetResult result = DatasetBuilder.of(counting, MODEL, options).build(input, directory);

    assertThat(asked[0]).isEqualTo(2);
    assertThat(read(directory.resolve("qac.jsonl"))).hasSize(2);
    assertThat(read(directory.resolve("preference.jsonl"))).hasSize(1);
    assertThat(Files.readString(directory.resolve("conversational.jsonl")))
        .isEqualTo(
            "{\"prompt\":[{\"role\":\"user\",\"content\":\"q1\"}],"
                + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"The cat.\"}],"
                + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"The damn cat.\"}]}\n");
    assertThat(result.files()).hasSize(3);
    assertThat(directory)
        .isDirectoryNotContaining(path -> path.toString().matches(".*(part|tmp|digests)"));
    assertThatThrownBy(() -> DatasetBuilder.of(POLITE, MODEL, options).build(input, output))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("expected an existing directory for several formats");
  }

  @Test
  void build_duplicates_takesTheFirst() throws Exception {
    write(input, qa("q", "damn a"), qa(" Q", "DAMN  a"), qa("q", "damn a"), qa("r", "damn a"));

    DatasetResult result = build(DatasetFormat.QAC);
    assertThat(read(output))
        .extracting(r -> r.get("question").textValue())
        .containsExactly("q", "r");
    assertThat(file(result, DatasetFormat.QAC).dropped()).isEqualTo(Map.of("duplicate", 2L));

    output = directory.resolve("exact.jsonl");
    build(DatasetOptions.builder(DatasetFormat.QAC).deduplication(Deduplication.EXACT).build());
    assertThat(read(output))
        .extracting(r -> r.get("question").textValue())
        .containsExactly("q", " Q", "r");

    output = directory.resolve("all.jsonl");
    build(DatasetOptions.builder(DatasetFormat.QAC).deduplication(Deduplication.NONE).build());
    assertThat(read(output)).hasSize(4);
  }

  /** Edit ratios 1/4, 2/4, 0 and 4/4 by hand. */
  @Test
  void build_editRatios_boundWhatIsTaken() throws Exception {
    write(input, qa("1", "a b c d"), qa("2", "a b c e"), qa("3", "a b c f"), qa("4", "a b c g"));
    Map<String, String> texts =
        Map.of("1", "x b c d", "2", "x y c e", "3", "a b c f", "4", "1 2 3 4");
    Aligner aligner =
        request -> Correction.of(request, Objects.requireNonNull(texts.get(request.query())));
    DatasetOptions options =
        DatasetOptions.builder(DatasetFormat.QAC).minEditRatio(0.25).maxEditRatio(0.5).build();

    DatasetResult result = DatasetBuilder.of(aligner, MODEL, options).build(input, output);

    assertThat(read(output))
        .extracting(r -> r.get("question").textValue())
        .containsExactly("1", "2");
    assertThat(file(result, DatasetFormat.QAC).dropped())
        .isEqualTo(Map.of("edited_too_little", 1L, "edited_too_much", 1L));
    Drift.Distance distance = result.drift().orElseThrow().toPrevious();
    assertThat(distance.meanEditRatio()).isEqualTo(0.4375);
    JsonNode round = provenance(output).path("rounds").path(0);
    assertThat(
            round
                .path("corrections")
                .path("to_previous")
                .path("edit_ratio")
                .path("mean")
                .asDouble())
        .isEqualTo(0.4375);
    assertThat(round.path("written").path("to_previous").path("edit_ratio").path("mean").asDouble())
        .isEqualTo(0.375);
  }

  @Test
  void build_acceptanceChecks_areThoseOfThePolicy() throws Exception {
    write(input, qa("1", "I can't help with that."), qa("2", "See 12."), qa("3", "See 13."));
    Aligner aligner =
        request -> Correction.of(request, request.query().equals("3") ? "See 13!" : "Sure.");
    AcceptanceCheck check =
        AcceptanceCheck.ofDefaults()
            .and(AcceptanceCheck.keepsNumbers())
            .and(
                (draft, text) -> {
                  if (text.endsWith("!")) {
                    throw new IllegalStateException("a bug in a check");
                  }
                  return Verdict.pass();
                });
    DatasetOptions options =
        DatasetOptions.builder(DatasetFormat.QAC).acceptance("mine", check).build();

    DatasetResult result = DatasetBuilder.of(aligner, MODEL, options).build(input, output);

    assertThat(file(result, DatasetFormat.QAC).dropped())
        .isEqualTo(Map.of("refusal_lost", 1L, "lost_number", 1L, "check_failed", 1L));
    assertThat(output).isEmptyFile();
    assertThat(provenance(output).path("settings").path("acceptance").asText()).isEqualTo("mine");
  }

  @Test
  void build_anythingWrongWithRows_isCountedReportedAndRejectedAndTheRunGoesOn() throws Exception {
    writeTroubledRows();
    DatasetResult result = buildTroubled(DatasetOptions.builder(DatasetFormat.QAC));

    assertThat(read(output))
        .extracting(r -> r.get("question").textValue())
        .containsExactly("1", "14");
    FileResult file = file(result, DatasetFormat.QAC);
    assertThat(file.dropped())
        .isEqualTo(
            Map.of(
                "bad_line", 3L,
                "blank", 2L,
                "lone_surrogate", 2L,
                "too_long", 2L,
                "failed", 1L,
                "skipped_prompt_too_long", 1L));
    assertThat(file.rows() + file.dropped().values().stream().mapToLong(Long::longValue).sum())
        .as("lines that are not blank")
        .isEqualTo(13);
    assertThat(result.badLines()).isEqualTo(3);
    assertThat(result.outcomes())
        .isEqualTo(Map.of("corrected", 4L, "kept", 0L, "skipped", 1L, "failed", 1L));
    assertThat(monitor.reports)
        .containsExactly(
            input + ":2: expected a JSON object, found text that is none at column 1",
            input + ":4: expected a JSON object, found an array",
            input + ":13: expected \"question\" to be a string, found no such key",
            input + ":9: failed: out of memory at step 3");
  }

  @Test
  void build_rejects_takeWhatIsLeftOutWithTheReason() throws Exception {
    Path rejects = directory.resolve("rejects.jsonl");
    writeTroubledRows();

    buildTroubled(DatasetOptions.builder(DatasetFormat.QAC).rejects(rejects));

    List<JsonNode> rejected = read(rejects);
    assertThat(rejected)
        .extracting(r -> r.get("line").intValue())
        .containsExactly(2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    assertThat(rejected.get(6).toString())
        .isEqualTo(
            "{\"line\":9,\"reason\":\"failed\",\"question\":\"fails\",\"answer\":\"damn 9\","
                + "\"error\":\"out of memory at step 3\"}");
    assertThat(rejected.get(9).get("correction").textValue()).hasSize(20_001);
  }

  @Test
  void build_inputMissingEmptyOrDirectory_saysSo() throws Exception {
    assertThatThrownBy(() -> build(DatasetFormat.QAC)).isInstanceOf(NoSuchFileException.class);
    assertThat(directory).isEmptyDirectory();

    Files.createFile(input);
    assertThat(build(DatasetFormat.QAC).end()).isEqualTo(End.COMPLETE);
    assertThat(output).isEmptyFile();

    input = Files.createDirectory(directory.resolve("folder"));
    output = directory.resolve("other.jsonl");
    assertThatThrownBy(() -> build(DatasetFormat.QAC))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("expected a regular file");
    assertThat(directory).isDirectoryNotContaining(path -> path.toString().contains("other"));
  }

  @Test
  void build_oneFileForTwoThings_isRefusedAndKept() throws Exception {
    write(input, qa("q", "a"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), input);
    for (Path same : List.of(input, link)) {
      output = same;
      assertThatThrownBy(() -> build(DatasetFormat.QAC))
          .isInstanceOf(UnusableFileException.class)
          .hasMessageContaining("two of the files of this run");
    }
    output = directory.resolve("out.jsonl");
    DatasetOptions options = DatasetOptions.builder(DatasetFormat.QAC).rejects(output).build();
    assertThatThrownBy(() -> build(options)).hasMessageContaining("two of the files");
    assertThat(Files.readString(input)).isEqualTo(qa("q", "a") + "\n");
  }

  @Test
  void build_progress_tellsEachStageUpToTheInputsSize() throws Exception {
    write(input, qa("q1", "damn"), qa("q2", "damn"));

    DatasetBuilder.of(POLITE, MODEL, DatasetOptions.builder(DatasetFormat.QAC).build())
        .build(input, output, Existing.RESUME, monitor);

    for (DatasetMonitor.Stage stage : DatasetMonitor.Stage.values()) {
      assertThat(monitor.bytes.get(stage)).as(stage.name()).isSorted().endsWith(Files.size(input));
    }
  }

  @Test
  void build_alignerLosesCorrections_throws() throws Exception {
    write(input, qa("q1", "damn"));
    Aligner lossy =
        new Aligner() {
          @Override
          public Correction correct(CorrectionRequest request) {
            return Correction.of(request, "x");
          }

          @Override
          public List<Correction> correctAll(List<CorrectionRequest> requests) {
            return List.of();
          }
        };
    DatasetBuilder builder =
        DatasetBuilder.of(lossy, MODEL, DatasetOptions.builder(DatasetFormat.QAC).build());

    assertThatThrownBy(() -> builder.build(input, output))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected 1 corrections");
  }

  private DatasetResult buildTroubled(DatasetOptions.Builder options) throws IOException {
    return DatasetBuilder.of(
            MOODY, MODEL, options.acceptance("none", AcceptanceCheck.none()).build())
        .build(input, output, Existing.RESUME, monitor);
  }

  private void writeTroubledRows() throws IOException {
    write(
        input,
        qa("1", "damn 1"),
        "you damn fool",
        "",
        "[]",
        qa("5", " "),
        qa("", "damn 6"),
        "{\"question\":\"7\",\"answer\":\"damn \\ud800\"}",
        qa("8", "damn ".repeat(5_000)),
        qa("fails", "damn 9"),
        qa("skips", "damn 10"),
        qa("broken", "damn 11"),
        qa("long", "damn 12"),
        "{\"answer\":\"x\"}",
        qa("14", "damn 14"));
  }

  private DatasetResult build(DatasetFormat format) throws IOException {
    return build(DatasetOptions.builder(format).build());
  }

  private DatasetResult build(DatasetOptions options) throws IOException {
    return DatasetBuilder.of(POLITE, MODEL, options).build(input, output, Existing.RESUME, monitor);
  }

  private static FileResult file(DatasetResult result, DatasetFormat format) {
    return Objects.requireNonNull(result.files().get(format));
  }
}

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
import dev.aligner.dataset.DatasetBuilder.Existing;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that a model has corrected is known as such, and is not corrected again by accident. */
class DatasetRoundsTest {

  /** Replaces the first word that is not x: one word a round. */
  private static final Aligner ONE_WORD =
      request -> Correction.of(request, request.answer().replaceFirst("[^x ]", "x"));

  private static final ModelProvenance MODEL = ModelProvenance.named("one word");

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path first = Path.of("");
  private Path second = Path.of("");

  @BeforeEach
  void nameFiles() throws IOException {
    input = directory.resolve("qa.jsonl");
    first = directory.resolve("first.jsonl");
    second = directory.resolve("second.jsonl");
    write(input, qa("q1", "a b c d"), qa("q2", "e f"));
  }

  @Test
  void build_itsOwnOutput_isRefusedWithTheFixAndLeavesNothing() throws Exception {
    build(DatasetFormat.QAC, 1, input, first);

    assertThatThrownBy(() -> build(DatasetFormat.QAC, 1, first, second))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("expected answers that no model has corrected")
        .hasMessageContaining("found text that went through 1 round of correction")
        .hasMessageContaining(Place.provenance(first).toString())
        .hasMessageContaining("--allow-rounds 2");
    assertThat(directory)
        .isDirectoryNotContaining(path -> path.getFileName().toString().startsWith("second"));
  }

  @Test
  void build_ownRowsWithoutTheirProvenance_areRefusedByTheirFields() throws Exception {
    build(DatasetFormat.QAC, 1, input, first);
    Files.delete(Place.provenance(first));

    assertThatThrownBy(() -> build(DatasetFormat.QAC, 1, first, second))
        .hasMessageContaining("1 round of correction (" + first + ":1)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"question\":\"q\",\"answer\":\"a\",\"correction\":\"c\"}",
        "{\"question\":\"q\",\"answer\":\"a\",\"original\":\"o\"}",
        "{\"question\":\"q\",\"answer\":\"a\",\"round\":1}",
        "{\"question\":\"q\",\"answer\":\"a\",\"line\":1,\"correction\":\"c\",\"outcome\":\"kept\"}"
      })
  void build_oneCorrectedRowAmongOthers_isFoundBeforeAnyModelIsAsked(String row) throws Exception {
    write(input, qa("q1", "a"), qa("q2", "b"), row);
    Aligner never =
        request -> {
          throw new AssertionError("asked");
        };
    DatasetBuilder builder =
        DatasetBuilder.of(never, MODEL, DatasetOptions.builder(DatasetFormat.QAC).build());

    assertThatThrownBy(() -> builder.build(input, first)).hasMessageContaining(input + ":3");
    assertThat(first).doesNotExist();
  }

  @Test
  void build_identityRows_areNoCorrectedText() throws Exception {
    DatasetOptions options = DatasetOptions.builder(DatasetFormat.IDENTITY).build();
    DatasetBuilder.ofIdentity(options).build(input, first);

    build(DatasetFormat.QAC, 1, first, second);

    assertThat(read(second).get(0).toString())
        .isEqualTo(
            "{\"question\":\"q1\",\"answer\":\"a b c d\",\"correction\":\"x b c d\",\"round\":1}");
  }

  /*
   * Of "a b c d", round 1 makes "x b c d", round 2 "x x c d": to the previous 1/4 each, to the
   * original 1/4 and 2/4. Of "e f", "x f" and "x x": 1/2 each, to the original 1/2 and 2/2.
   */
  @Test
  void build_allowedRounds_keepTheFirstAnswerAndReportDriftOfEach() throws Exception {
    DatasetResult one = build(DatasetFormat.QAC, 1, input, first);
    DatasetResult two = build(DatasetFormat.QAC, 2, first, second);

    assertThat(one.round()).isEqualTo(1);
    assertThat(two.round()).isEqualTo(2);
    assertThat(Files.readString(second))
        .isEqualTo(
            "{\"question\":\"q1\",\"answer\":\"x b c d\",\"correction\":\"x x c d\","
                + "\"original\":\"a b c d\",\"round\":2}\n"
                + "{\"question\":\"q2\",\"answer\":\"x f\",\"correction\":\"x x\","
                + "\"original\":\"e f\",\"round\":2}\n");
    assertThat(one.drift().orElseThrow().toOriginal().meanEditRatio()).isEqualTo(0.375);
    assertThat(two.drift().orElseThrow().toPrevious().meanEditRatio()).isEqualTo(0.375);
    assertThat(two.drift().orElseThrow().toOriginal().meanEditRatio()).isEqualTo(0.75);
    JsonNode json = provenance(second);
    assertThat(json.path("round").intValue()).isEqualTo(2);
    assertThat(json.path("input").path("as_its_provenance_says").booleanValue()).isTrue();
    assertThat(json.path("rounds"))
        .extracting(round -> round.path("round").intValue())
        .containsExactly(1, 2);
    assertThat(json.path("rounds").path(0)).isEqualTo(provenance(first).path("rounds").path(0));
    assertThat(json.at("/rounds/1/corrections/to_original/edit_ratio/mean").doubleValue())
        .isEqualTo(0.75);
    assertThatThrownBy(() -> build(DatasetFormat.QAC, 2, second, directory.resolve("third.jsonl")))
        .hasMessageContaining("2 rounds of correction")
        .hasMessageContaining("--allow-rounds 3");
  }

  @Test
  void build_thirdRound_keepsTheVeryFirstAnswer() throws Exception {
    build(DatasetFormat.QAC, 1, input, first);
    build(DatasetFormat.QAC, 2, first, second);
    Path third = directory.resolve("third.jsonl");

    build(DatasetFormat.PREFERENCE, 3, second, third);

    assertThat(read(third).get(0).toString())
        .isEqualTo("{\"prompt\":\"q1\",\"chosen\":\"x x x d\",\"rejected\":\"x x c d\"}");
    assertThat(
            provenance(third).at("/rounds/2/corrections/to_original/edit_ratio/max").doubleValue())
        .isEqualTo(1);
    assertThat(
            provenance(third)
                .at("/rounds/2/corrections/to_original/edit_ratio/median")
                .doubleValue())
        .isEqualTo(0.75);
  }

  @Test
  void build_preferenceDataset_isRefusedAsInputOfARound() throws Exception {
    build(DatasetFormat.PREFERENCE, 1, input, first);

    assertThatThrownBy(() -> build(DatasetFormat.QAC, 9, first, second))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("found a dataset of the format preference")
        .hasMessageContaining("take the one of the format qac");
  }

  @Test
  void build_editedInput_isStillKnownAsCorrected() throws Exception {
    build(DatasetFormat.QAC, 1, input, first);
    write(first, qa("new", "no field tells it"));

    assertThatThrownBy(() -> build(DatasetFormat.QAC, 1, first, second))
        .hasMessageContaining("1 round");
    build(DatasetFormat.QAC, 2, first, second);
    assertThat(provenance(second).path("input").path("as_its_provenance_says").booleanValue())
        .isFalse();
    assertThat(read(second).get(0).path("original").textValue()).isEqualTo("no field tells it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no JSON", "{}", "{\"schema_version\":2}", "{\"schema_version\":1}"})
  void build_foreignProvenance_isRefused(String text) throws Exception {
    Files.writeString(Place.provenance(input), text);

    assertThatThrownBy(() -> build(DatasetFormat.QAC, 1, input, first))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageStartingWith(Place.provenance(input) + ": expected ");
  }

  @Test
  void build_roundThatIsNone_isABadLine() throws Exception {
    write(
        input,
        "{\"question\":\"q\",\"answer\":\"a\",\"round\":-1}",
        "{\"question\":\"q\",\"answer\":\"a\",\"round\":\"x\"}",
        qa("q", "a"));

    assertThat(build(DatasetFormat.QAC, 1, input, first).badLines()).isEqualTo(2);
  }

  private static DatasetResult build(DatasetFormat format, int rounds, Path from, Path to)
      throws IOException {
    DatasetOptions options = DatasetOptions.builder(format).allowedRounds(rounds).build();
    return DatasetBuilder.of(ONE_WORD, MODEL, options)
        .build(from, to, Existing.RESUME, DatasetMonitor.none());
  }
}

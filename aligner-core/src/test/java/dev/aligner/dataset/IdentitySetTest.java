package dev.aligner.dataset;

import static dev.aligner.dataset.JsonLines.provenance;
import static dev.aligner.dataset.JsonLines.qa;
import static dev.aligner.dataset.JsonLines.read;
import static dev.aligner.dataset.JsonLines.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Correction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitySetTest {

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void nameFiles() {
    input = directory.resolve("qa.jsonl");
    output = directory.resolve("identity.jsonl");
  }

  @Test
  void build_rows_takesTheBetterSideAsAnswerAndCorrection() throws Exception {
    write(
        input,
        qa("q1", "a1"),
        "{\"prompt\":\"q2\",\"chosen\":\"good\",\"rejected\":\"bad\"}",
        "{\"question\":\"q3\",\"chosen\":\"better\"}",
        "{\"prompt\":[],\"chosen\":[]}");

    DatasetResult result = build(identity().build());

    assertThat(Files.readString(output))
        .isEqualTo(
            "{\"question\":\"q1\",\"answer\":\"a1\",\"correction\":\"a1\",\"round\":0}\n"
                + "{\"question\":\"q2\",\"answer\":\"good\",\"correction\":\"good\",\"round\":0}\n"
                + "{\"question\":\"q3\",\"answer\":\"better\",\"correction\":\"better\",\"round\":0}\n");
    assertThat(result.badLines()).isEqualTo(1);
    assertThat(result.drift()).isEmpty();
    assertThat(result.round()).isZero();
    assertThat(provenance(output).path("rounds")).isEmpty();
    assertThat(provenance(output).path("settings").has("model")).isFalse();
  }

  @Test
  void build_correctedText_isRefusedUnlessAllowed() throws Exception {
    write(input, "{\"question\":\"q\",\"answer\":\"a\",\"correction\":\"c\",\"round\":1}");

    assertThatThrownBy(() -> build(identity().build())).hasMessageContaining("--allow-rounds 2");
    build(identity().allowedRounds(2).build());

    assertThat(read(output).get(0).toString())
        .isEqualTo("{\"question\":\"q\",\"answer\":\"c\",\"correction\":\"c\",\"round\":1}");
  }

  @Test
  void build_preferenceDatasetOfOurs_isKnownByItsProvenance() throws Exception {
    Path preference = directory.resolve("preference.jsonl");
    write(input, qa("q", "a"));
    DatasetBuilder.of(
            request -> Correction.of(request, "c"),
            ModelProvenance.named("m"),
            DatasetOptions.builder(DatasetFormat.PREFERENCE).build())
        .build(input, preference);
    input = preference;

    assertThatThrownBy(() -> build(identity().build())).hasMessageContaining("--allow-rounds 2");
    build(identity().allowedRounds(2).build());
    assertThat(read(output).get(0).path("round").intValue()).isEqualTo(1);
  }

  @Test
  void build_share_takesAboutThatPartWhateverTheOrder() throws Exception {
    List<String> lines =
        new ArrayList<>(IntStream.range(0, 5000).mapToObj(i -> qa("q" + i, "a" + i)).toList());
    Files.write(input, lines);
    build(identity().share(0.2).seed(3).build());
    Set<String> taken = questions();

    // Four standard deviations: sqrt(5000 * 0.2 * 0.8) = 28.3.
    assertThat(taken).hasSizeBetween(1000 - 113, 1000 + 113);
    assertThat(read(output)).hasSameSizeAs(taken);

    Collections.shuffle(lines, new Random(5));
    Files.write(input, lines);
    output = directory.resolve("shuffled.jsonl");
    build(identity().share(0.2).seed(3).build());
    assertThat(questions()).isEqualTo(taken);

    output = directory.resolve("other.jsonl");
    build(identity().share(0.2).seed(4).build());
    assertThat(questions()).isNotEqualTo(taken).hasSizeBetween(1000 - 113, 1000 + 113);

    output = directory.resolve("more.jsonl");
    DatasetResult more = build(identity().share(0.5).seed(3).build());
    assertThat(questions()).containsAll(taken);
    assertThat(more.files().values().iterator().next().dropped()).containsOnlyKeys("not_sampled");
  }

  @Test
  void builders_forTheOtherKind_areRefused() {
    DatasetOptions identity = identity().build();
    DatasetOptions qac = DatasetOptions.builder(DatasetFormat.QAC).build();

    assertThatThrownBy(
            () ->
                DatasetBuilder.of(
                    request -> Correction.of(request, ""), ModelProvenance.named("m"), identity))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DatasetBuilder.ofIdentity(qac))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static DatasetOptions.Builder identity() {
    return DatasetOptions.builder(DatasetFormat.IDENTITY);
  }

  private DatasetResult build(DatasetOptions options) throws IOException {
    return DatasetBuilder.ofIdentity(options).build(input, output);
  }

  private Set<String> questions() throws IOException {
    return read(output).stream()
        .map(row -> row.path("question").textValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.onnx.GeneratedSequence;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.testing.DecodingGolden;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every decoding mode writes what {@code generate} of transformers writes, for every family. */
class DecodingGoldenTest {

  private static final double SCORE_TOLERANCE = 1e-4;

  /** A negative length penalty makes scores of hundreds, of which a float has seven digits. */
  private static final double SCORE_PRECISION = 5e-6;

  /** Where fewer beams end than are asked for, transformers fills up with a score of -1e9. */
  private static final double NO_BEAM = -1e8;

  /** The models that have goldens of decoding. */
  static List<String> models() throws IOException {
    try (Stream<Path> folders = Files.list(TestModels.directory("tiny-t5").resolveSibling("."))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("decoding.json")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void models_areThere() throws IOException {
    assertThat(models()).hasSizeGreaterThanOrEqualTo(4);
  }

  @ParameterizedTest
  @MethodSource("models")
  void generate_isWhatTransformersGenerates(String model) {
    Path directory = TestModels.directory(model);
    List<DecodingGolden> goldens = DecodingGolden.of(directory.resolve("decoding.json"), 5);
    SoftAssertions softly = new SoftAssertions();
    try (OnnxGenerator generator = OnnxGenerator.open(directory)) {
      for (DecodingGolden golden : goldens) {
        check(softly, golden, generator.generate(request(golden)));
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("models")
  void generateAll_isWhatTransformersGeneratesOneByOne(String model) {
    Path directory = TestModels.directory(model);
    List<DecodingGolden> goldens = DecodingGolden.of(directory.resolve("decoding.json"), 5);
    SoftAssertions softly = new SoftAssertions();
    try (OnnxGenerator generator = OnnxGenerator.open(directory)) {
      List<Generation> generations =
          generator.generateAll(goldens.stream().map(DecodingGoldenTest::request).toList());
      for (int i = 0; i < goldens.size(); i++) {
        check(softly, goldens.get(i), generations.get(i));
      }
    }
    softly.assertAll();
  }

  private static GenerationRequest request(DecodingGolden golden) {
    GenerationRequest request =
        GenerationRequest.ofInputIds(golden.inputIds()).withDecoding(golden.decoding());
    return golden.maxNewTokens() == 0 ? request : request.withMaxNewTokens(golden.maxNewTokens());
  }

  private static void check(SoftAssertions softly, DecodingGolden golden, Generation generation) {
    String name = golden.toString();
    softly.assertThat(generation.sequences()).as(name).hasSameSizeAs(golden.sequences());
    for (int i = 0; i < golden.sequences().size(); i++) {
      DecodingGolden.Sequence expected = golden.sequences().get(i);
      GeneratedSequence found = generation.sequences().get(i);
      if (expected.score() < NO_BEAM) {
        softly.assertThat(found.score().orElseThrow()).as(name).isLessThan(NO_BEAM);
        continue;
      }
      softly.assertThat(found.tokenIds()).as(name).isEqualTo(expected.tokenIds());
      softly
          .assertThat(found.finishReason().name().toLowerCase(Locale.ROOT))
          .as(name)
          .isEqualTo(expected.finishReason());
      if (!Double.isNaN(expected.score())) {
        softly
            .assertThat(found.score().orElse(Double.NaN))
            .as(name)
            .isCloseTo(
                expected.score(),
                within(Math.max(SCORE_TOLERANCE, SCORE_PRECISION * Math.abs(expected.score()))));
      }
    }
  }
}

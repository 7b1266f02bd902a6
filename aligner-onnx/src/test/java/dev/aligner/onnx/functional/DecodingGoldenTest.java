package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.onnx.GeneratedSequence;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.WeightFormat;
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
  private static final double SCORE_PRECISION = 1e-4;

  /** Where fewer beams end than are asked for, transformers fills up with a score of -1e9. */
  private static final double NO_BEAM = -1e8;

  /**
   * Goldens of one model.
   *
   * @param model the folder
   * @param format the graphs that are judged
   */
  record Case(String model, WeightFormat format) {

    Path directory() {
      return TestModels.directory(model);
    }

    Path file() {
      String suffix = format == WeightFormat.AUTO ? "" : "-" + format;
      return directory().resolve("decoding" + suffix + ".json");
    }

    @Override
    public String toString() {
      return model + (format == WeightFormat.AUTO ? "" : " " + format);
    }
  }

  /** The models that have goldens of decoding. */
  static List<Case> cases() throws IOException {
    try (Stream<Path> folders = Files.list(TestModels.directory("tiny-t5").resolveSibling("."))) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .flatMap(
              model ->
                  Stream.of(WeightFormat.AUTO, WeightFormat.FP16, WeightFormat.Q4)
                      .map(format -> new Case(model, format)))
          .filter(golden -> Files.exists(golden.file()))
          .toList();
    }
  }

  @Test
  void cases_coverAllFamiliesAndLayouts() throws IOException {
    assertThat(cases()).hasSizeGreaterThanOrEqualTo(34);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void generate_isWhatTransformersGenerates(Case model) {
    List<DecodingGolden> goldens = DecodingGolden.of(model.file(), 5);
    SoftAssertions softly = new SoftAssertions();
    try (OnnxGenerator generator = open(model)) {
      for (DecodingGolden golden : goldens) {
        check(softly, golden, generator.generate(request(golden)));
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void generateAll_isWhatTransformersGeneratesOneByOne(Case model) {
    List<DecodingGolden> goldens = DecodingGolden.of(model.file(), 5);
    SoftAssertions softly = new SoftAssertions();
    try (OnnxGenerator generator = open(model)) {
      List<Generation> generations =
          generator.generateAll(goldens.stream().map(DecodingGoldenTest::request).toList());
      for (int i = 0; i < goldens.size(); i++) {
        check(softly, goldens.get(i), generations.get(i));
      }
    }
    softly.assertAll();
  }

  OnnxGenerator open(Case model) {
    return OnnxGenerator.open(model.directory(), model.format());
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

package dev.aligner.onnx.internal.decode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.testing.Golden;
import java.net.URISyntaxException;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores as {@code _get_logits_processor} of transformers processes them; see processors.py. */
class ProcessorsGoldenTest {

  private static final double TOLERANCE = 1e-5;
  private static final Map<String, Float> NO_NUMBERS =
      Map.of(
          "null", Float.NEGATIVE_INFINITY,
          "-inf", Float.NEGATIVE_INFINITY,
          "inf", Float.POSITIVE_INFINITY,
          "nan", Float.NaN);

  @ParameterizedTest
  @MethodSource("goldens")
  void process_golden_isThatOfTransformers(GoldenCase golden) {
    float[] scores = golden.scores.clone();

    golden.processors().process(IntBuffer.wrap(golden.inputIds), scores);

    golden.assertEqual(scores);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void process_twice_isTheSame(GoldenCase golden) {
    LogitsProcessors processors = golden.processors();
    float[] scores = golden.scores.clone();

    processors.process(IntBuffer.wrap(golden.inputIds), golden.scores.clone());
    processors.process(IntBuffer.wrap(golden.inputIds), scores);

    golden.assertEqual(scores);
  }

  @Test
  void goldens_coverAllOptionsOfTheProcessors() {
    Set<String> options =
        goldens().flatMap(golden -> golden.optionNames.stream()).collect(Collectors.toSet());

    assertThat(options).containsAll(GoldenOptions.NAMES);
    assertThat(goldens()).hasSizeGreaterThanOrEqualTo(200);
  }

  static Stream<GoldenCase> goldens() {
    try {
      Path file =
          Path.of(
              Objects.requireNonNull(ProcessorsGoldenTest.class.getResource("/processors.json"))
                  .toURI());
      return StreamSupport.stream(Golden.read(file).path("cases").spliterator(), false)
          .map(GoldenCase::of);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A case of the file. */
  record GoldenCase(
      String name,
      Set<String> optionNames,
      Decoding decoding,
      Prompt prompt,
      int[] inputIds,
      float[] scores,
      float[] expected) {

    static GoldenCase of(JsonNode node) {
      Set<String> names = new TreeSet<>();
      node.path("options").fieldNames().forEachRemaining(names::add);
      Set<Integer> eos =
          Arrays.stream(Golden.ints(node.path("eos"))).boxed().collect(Collectors.toSet());
      return new GoldenCase(
          node.path("options").toString(),
          names,
          GoldenOptions.decoding(node.path("options")),
          new Prompt(
              Golden.ints(node.path("prompt")),
              node.path("encoder_decoder").booleanValue(),
              eos,
              node.path("max_new_tokens").intValue()),
          Golden.ints(node.path("input_ids")),
          floats(node.path("scores")),
          floats(node.path("expected")));
    }

    private static float[] floats(JsonNode array) {
      float[] floats = new float[array.size()];
      for (int i = 0; i < floats.length; i++) {
        JsonNode score = array.get(i);
        floats[i] = score.isNumber() ? score.floatValue() : NO_NUMBERS.get(score.asText());
      }
      return floats;
    }

    LogitsProcessors processors() {
      return prompt.processors(decoding, scores.length);
    }

    void assertEqual(float[] actual) {
      assertThat(Prompt.kept(actual)).as(name).containsExactly(Prompt.kept(expected));
      for (int id : Prompt.kept(expected)) {
        double tolerance = TOLERANCE * Math.max(1, Math.abs(expected[id]));
        assertThat((double) actual[id])
            .as("id %d of %s", id, name)
            .isCloseTo(expected[id], within(tolerance));
      }
    }

    @Override
    public String toString() {
      return inputIds.length + " ids, " + name;
    }
  }
}

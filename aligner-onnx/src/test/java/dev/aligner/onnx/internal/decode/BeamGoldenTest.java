package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Beam search over models that are a table, against what transformers gave for them. {@code
 * src/test/goldens/beams.py} wrote that, which also tells the versions.
 */
class BeamGoldenTest {

  private static final double TOLERANCE = 1e-4;

  private final JsonNode golden = read();

  @Test
  void run_everyGolden_givesTheIdsScoresAndStepsOfTransformers() {
    List<FakeModel> models = models();
    int compared = 0;
    for (JsonNode expected : golden.path("cases")) {
      FakeModel model = models.get(expected.path("table").intValue());

      SearchResult result = run(model, expected).on(ints(expected.path("prompt")));

      assertThat(result.outputs().get(0))
          .as("%s", expected)
          .extracting(DecodedRow::tokenIds)
          .containsExactly(
              elements(expected.path("sequences")).map(BeamGoldenTest::ints).toArray(int[][]::new));
      for (int i = 0; i < expected.path("scores").size(); i++) {
        assertThat(result.outputs().get(0).get(i).score())
            .as("score %s of %s", i, expected)
            .isCloseTo(expected.path("scores").get(i).doubleValue(), within(TOLERANCE));
      }
      assertThat(result.steps().get(0))
          .as("steps of %s", expected)
          .isEqualTo(expected.path("steps").intValue());
      compared++;
    }
    assertThat(compared).isGreaterThan(700);
  }

  private static Run run(FakeModel model, JsonNode expected) {
    Decoding decoding =
        Decoding.beamSearch(expected.path("beams").intValue())
            .with(DecodingOption.NUM_RETURN_SEQUENCES, expected.path("returns").intValue())
            .with(DecodingOption.LENGTH_PENALTY, expected.path("length_penalty").doubleValue())
            .with(
                DecodingOption.EARLY_STOPPING,
                EarlyStopping.valueOf(
                    expected.path("early_stopping").textValue().toUpperCase(Locale.ROOT)));
    return Run.of(model, decoding)
        .eos(IntStream.of(ints(expected.path("eos"))).boxed().toArray(Integer[]::new))
        .maxNewTokens(expected.path("max_new_tokens").intValue());
  }

  private List<FakeModel> models() {
    List<FakeModel> models = new ArrayList<>();
    for (JsonNode table : golden.path("tables")) {
      float[][] rows = elements(table).map(BeamGoldenTest::floats).toArray(float[][]::new);
      models.add(new FakeModel(rows.length, false, history -> rows[row(history)]));
    }
    return models;
  }

  private static int row(int[] history) {
    int last = history.length - 1;
    return (history[last] + 5 * last) % 20;
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static int[] ints(JsonNode array) {
    return elements(array).mapToInt(JsonNode::intValue).toArray();
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }

  private static JsonNode read() {
    try (InputStream in = BeamGoldenTest.class.getResourceAsStream("/beams/table-beams.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

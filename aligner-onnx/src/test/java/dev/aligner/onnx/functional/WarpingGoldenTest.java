package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.WeightFormat;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.Drafts;
import dev.aligner.onnx.internal.decode.ScoreForm;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.decode.SearchRequest;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.decode.process.LogitsProcessors;
import dev.aligner.onnx.internal.decode.process.TokenSampler;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.internal.session.OrtModelLoader;
import dev.aligner.onnx.internal.session.OrtSequenceModel;
import dev.aligner.onnx.testing.DecodingGolden;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sampling draws from the distributions of transformers: each id has the same probability. */
class WarpingGoldenTest {

  /**
   * The logits are ONNX Runtime's, those of the goldens PyTorch's. On equal scores the processors
   * are held to 1e-5, see processors.json.
   */
  private static final float TOLERANCE = 3e-5f;

  static List<String> models() throws IOException {
    return DecodingGoldenTest.cases().stream()
        .filter(golden -> golden.format() == WeightFormat.AUTO)
        .map(DecodingGoldenTest.Case::model)
        .filter(model -> goldens(model).size() > 0)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("models")
  void process_afterAPrefix_givesTheProbabilitiesOfTransformers(String model) {
    ModelDirectory directory = ModelDirectory.read(TestModels.directory(model));
    try (OrtSequenceModel loaded = OrtModelLoader.load(directory, Device.cpu(1))) {
      for (JsonNode golden : goldens(model)) {
        float[] found = probabilities(directory, loaded, golden);
        double total = 0;
        for (int id = 0; id < found.length; id++) {
          double expected = golden.path("probabilities").path(String.valueOf(id)).asDouble(0);
          total += expected;
          assertThat((double) found[id])
              .as("%s, id %d", golden.path("name").textValue(), id)
              .isCloseTo(expected, within((double) TOLERANCE));
        }
        assertThat(total).as("what the golden tells").isCloseTo(1, within(1e-3));
      }
    }
  }

  private static float[] probabilities(
      ModelDirectory directory, OrtSequenceModel model, JsonNode golden) {
    int[] prompt = Golden.ints(golden.path("input_ids"));
    Decoding decoding =
        directory.config().decoding().under(DecodingGolden.decoding(golden.path("options")));
    SearchRequest request =
        new SearchRequest(
            List.of(prompt),
            model.isEncoderDecoder(),
            decoding,
            directory.config().eosTokenIds(),
            directory.config().padTokenId(),
            List.of(100),
            model.vocabSize(),
            SearchRequest.NO_STOP,
            Drafts.NONE,
            SearchRequest.TokenListener.NONE,
            Cancellation.NEVER);
    try (SequenceModel.Opened opened = model.open(List.of(prompt), Cancellation.NEVER)) {
      int[] read = joined(opened.firstTokens()[0], Golden.ints(golden.path("prefix")));
      Scores scores = opened.state().forward(new int[][] {read}, 1, ScoreForm.LOGITS);
      float[] logits = new float[model.vocabSize()];
      scores.copyTo(0, 0, logits);
      LogitsProcessors.of(request, 0).process(IntBuffer.wrap(read), logits);
      return new TokenSampler().probabilities(logits);
    }
  }

  private static int[] joined(int[] first, int[] second) {
    return IntBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static JsonNode goldens(String model) {
    return Golden.read(TestModels.directory(model).resolve("decoding.json")).path("warping");
  }
}

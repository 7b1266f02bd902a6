package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.BoundModels;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import dev.aligner.onnx.testing.TestModels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device whose memory holds some rows and not a batch. */
class OutOfMemoryTest {

  private static final int NEW_TOKENS = 12;

  @Test
  void correctAll_batchThatDoesNotFit_isDecodedInParts() {
    List<CorrectionRequest> requests = requests(12);
    try (OnnxAligner plenty = builder(1L << 30).build();
        OnnxAligner little = builder(300_000).build()) {
      assertThat(outcomes(little.correctAll(requests)))
          .isEqualTo(outcomes(plenty.correctAll(requests)));
    }
  }

  @Test
  void correctAll_itemThatNeverFits_failsAlone() {
    List<CorrectionRequest> requests = requests(6);
    requests.set(3, CorrectionRequest.of("Why?", "so ".repeat(400)));
    try (OnnxAligner plenty = builder(1L << 30).build();
        OnnxAligner little = builder(300_000).build()) {
      List<String> expected = outcomes(plenty.correctAll(requests));
      List<Correction> found = little.correctAll(requests);

      assertThat(found.get(3).outcome())
          .isInstanceOfSatisfying(
              CorrectionOutcome.Failed.class,
              failed ->
                  assertThat(failed.exception())
                      .isInstanceOf(OutOfDeviceMemoryException.class)
                      .hasMessageContaining("Device.Cuda.withMemoryLimit")
                      .hasMessageNotContaining("so so"));
      for (int i = 0; i < requests.size(); i++) {
        if (i != 3) {
          assertThat(outcomes(found).get(i)).isEqualTo(expected.get(i));
        }
      }
      assertThatThrownBy(() -> little.correct(requests.get(3)))
          .isInstanceOf(InferenceException.class);
      assertThat(little.correct(requests.get(0)).text()).isEqualTo(found.get(0).text());
    }
  }

  private static OnnxAligner.Builder builder(long limit) {
    return BoundModels.aligner(TestModels.directory("tiny-llama"), limit)
        .template(PromptTemplate.of("{answer}"))
        .limits(Limits.ofModel().withMaxNewTokens(NEW_TOKENS));
  }

  private static List<CorrectionRequest> requests(int count) {
    List<CorrectionRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(CorrectionRequest.of("Why?", "Because of this" + " and that".repeat(i) + "."));
    }
    return requests;
  }

  private static List<String> outcomes(List<Correction> corrections) {
    return corrections.stream()
        .map(correction -> correction.outcome() + " " + correction.text())
        .toList();
  }
}

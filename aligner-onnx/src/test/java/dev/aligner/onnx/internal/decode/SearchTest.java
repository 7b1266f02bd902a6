package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import org.junit.jupiter.api.Test;

/** What no search can do. */
class SearchTest {

  private final FakeModel model = FakeModel.random(20, true, 5);

  @Test
  void run_moreOutputsThanBeams_isRefused() {
    assertRefused(
        run(Decoding.beamSearch(2).with(DecodingOption.NUM_RETURN_SEQUENCES, 3)),
        "expected num_return_sequences of at most num_beams, 2; found 3");
    assertRefused(
        run(
            Decoding.beamSearch(2)
                .with(DecodingOption.DO_SAMPLE, true)
                .with(DecodingOption.NUM_RETURN_SEQUENCES, 3)),
        "found 3");
  }

  @Test
  void run_severalOutputsOfGreedySearch_isRefused() {
    assertRefused(
        run(Decoding.greedy().with(DecodingOption.NUM_RETURN_SEQUENCES, 2)),
        "expected num_return_sequences of 1, for greedy search writes one output; found 2");
  }

  @Test
  void run_listenerOfBeams_isRefused() {
    assertRefused(run(Decoding.beamSearch(2)).listener((prompt, token) -> {}), "no listener");
  }

  @Test
  void run_listenerOfSeveralOutputs_isRefused() {
    assertRefused(
        run(Decoding.sampling().with(DecodingOption.NUM_RETURN_SEQUENCES, 2))
            .listener((prompt, token) -> {}),
        "no listener");
  }

  @Test
  void stopCriteria_noTokenAllowed_isRefused() {
    assertThatThrownBy(() -> run(Decoding.greedy()).maxNewTokens(0).on(new int[] {4}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected maxNewTokens to be at least 1; found 0");
  }

  private Run run(Decoding decoding) {
    return Run.of(model, decoding);
  }

  private void assertRefused(Run run, String message) {
    assertThatThrownBy(() -> run.on(new int[] {4}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThat(model.rowsOfSteps).isEmpty();
  }
}

package dev.aligner.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GenerationRequestTest {

  @Test
  void with_anything_keepsTheRest() {
    Decoding beams = Decoding.beamSearch(4);

    GenerationRequest request =
        GenerationRequest.ofInputIds(5, 6)
            .withDecoding(beams)
            .withTimeout(Duration.ofSeconds(3))
            .withMaxNewTokens(7)
            .withDecoding(beams);

    assertThat(request.inputIds()).containsExactly(5, 6);
    assertThat(request.decoding()).isSameAs(beams);
    assertThat(request.timeout()).contains(Duration.ofSeconds(3));
    assertThat(request.maxNewTokens()).hasValue(7);
    assertThat(request)
        .hasToString(
            "GenerationRequest[2 ids, maxNewTokens=7, Decoding{num_beams=4}, timeout=PT3S]");
  }

  @Test
  void of_anything_leavesTheRestToTheModel() {
    GenerationRequest request = GenerationRequest.ofPrompt("sekret");

    assertThat(request.decoding()).isSameAs(Decoding.ofModel());
    assertThat(request.timeout()).isEmpty();
    assertThat(request.maxNewTokens()).isEmpty();
    assertThat(request).asString().contains("6 chars").doesNotContain("sekret");
  }

  @Test
  void withTimeout_notAboveZero_isRefused() {
    for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofMillis(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GenerationRequest.ofInputIds(1).withTimeout(timeout))
          .withMessageContaining("above 0; found PT");
    }
  }
}

package dev.aligner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.SkipReason;
import dev.aligner.onnx.OnnxAligner;
import org.junit.jupiter.api.Test;

class QuickStartTest {

  @Test
  void main_bundledModel_printsCorrectedAnswer() {
    assertThat(StandardOutput.of(() -> QuickStart.main(new String[0])))
        .contains("Eight minutes", "cool it in water.")
        .doesNotContain("idiot");
  }

  @Test
  void correct_blankAnswer_isSkipped() {
    try (Aligner aligner = OnnxAligner.bundled()) {
      Correction correction = aligner.correct("How long do I boil an egg?", " ");

      assertThat(correction.outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.NOTHING_TO_CORRECT));
      assertThat(correction.text()).isEqualTo(" ");
    }
  }

  @Test
  void correct_afterClose_throws() {
    Aligner aligner = OnnxAligner.bundled();
    aligner.close();

    assertThatThrownBy(() -> aligner.correct("Why?", "Because."))
        .isInstanceOf(AlignerClosedException.class);
  }
}

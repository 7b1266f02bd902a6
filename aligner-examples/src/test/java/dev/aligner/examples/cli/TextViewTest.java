package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.CorrectionUsage;
import dev.aligner.InferenceException;
import dev.aligner.SkipReason;
import dev.aligner.examples.cli.TextView.Color;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TextViewTest {

  private static final CorrectionRequest REQUEST = CorrectionRequest.of("Why?", "You fool, so.");

  @Test
  void render_withoutColor_marksWords() {
    CorrectionUsage usage =
        CorrectionUsage.builder(Duration.ofMillis(85))
            .promptTokens(34)
            .outputTokens(12)
            .modelSteps(13)
            .draftedTokens(40, 31)
            .build();

    assertThat(render(Color.NEVER, Correction.of(REQUEST, "You see, so!").withUsage(usage)))
        .isEqualTo(
            "Q: Why?\n"
                + "A: You [-fool-]{+see+}, so[-.-]{+!+}\n"
                + "   (corrected, edit ratio 0.67, 34 tokens read, 12 tokens written, 13 steps,"
                + " 31 of 40 drafted tokens accepted, 85 ms)\n");
  }

  @Test
  void render_withColor_stylesWords() {
    assertThat(render(Color.ALWAYS, Correction.of(REQUEST, "You see, so.")))
        .contains("You \u001b[9;31mfool\u001b[0m\u001b[1;32msee\u001b[0m, so.")
        .doesNotContain("[-", "{+");
  }

  @Test
  void render_noQuestion_showsAnswerAlone() {
    assertThat(render(Color.NEVER, Correction.of(REQUEST.withQuery(""), "You fool, so.")))
        .isEqualTo("A: You fool, so.\n   (kept, edit ratio 0.00)\n");
  }

  @Test
  void render_skipped_saysWhy() {
    assertThat(render(Color.NEVER, Correction.skipped(REQUEST, SkipReason.OUTPUT_TOO_LONG)))
        .contains("(skipped: output_too_long, ");
  }

  @Test
  void render_failed_saysWhy() {
    Correction failed = Correction.failed(REQUEST, new InferenceException("it broke", null));

    assertThat(render(Color.NEVER, failed)).contains("(failed: it broke, ");
  }

  @Test
  void render_escapeInAnswer_cannotSteerTheTerminal() {
    CorrectionRequest request =
        CorrectionRequest.of("\u001b[2J", "a\u001b]0;x\u0007\u009b1m\r\n\tb");

    assertThat(render(Color.NEVER, Correction.of(request, request.answer())))
        .startsWith("Q: \uFFFD[2J\nA: a\uFFFD]0;x\uFFFD\uFFFD1m\uFFFD\n\tb\n");
  }

  private static String render(Color color, Correction correction) {
    return new TextView(color).render(correction);
  }
}

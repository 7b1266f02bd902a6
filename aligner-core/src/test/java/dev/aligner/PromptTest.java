package dev.aligner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PromptTest {

  private final Prompt prompt =
      PromptTemplate.of("Q: {question} A: {answer}!").render(CorrectionRequest.of("why", "so"));

  @Test
  void within_putsTrustedTextAround() {
    Prompt within = prompt.within("<s>", "</s>");

    assertThat(within.text()).isEqualTo("<s>Q: why A: so!</s>");
    assertThat(within.spans().toString())
        .isEqualTo(
            "[TEMPLATE[0, 3), TEMPLATE[3, 6), QUESTION[6, 9), TEMPLATE[9, 13), ANSWER[13, 15),"
                + " TEMPLATE[15, 16), TEMPLATE[16, 20)]");
    assertThat(prompt.text()).isEqualTo("Q: why A: so!");
  }

  @Test
  void part_keepsTheSpansInIt() {
    Prompt part = prompt.part(4, 11);

    assertThat(part.text()).isEqualTo("hy A: s");
    assertThat(part.spans().toString()).isEqualTo("[QUESTION[0, 2), TEMPLATE[2, 6), ANSWER[6, 7)]");
    assertThat(prompt.part(0, 13).text()).isEqualTo(prompt.text());
  }

  @Test
  void part_outside_isRefused() {
    assertThatThrownBy(() -> prompt.part(4, 14)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> prompt.part(4, 3)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}

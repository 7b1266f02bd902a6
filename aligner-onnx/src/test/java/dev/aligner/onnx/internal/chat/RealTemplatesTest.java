package dev.aligner.onnx.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.ModelLoadException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Published templates give, byte for byte, the text of transformers. */
class RealTemplatesTest {

  static List<ChatGoldens.Case> cases() {
    return ChatGoldens.cases("expected.json", ChatGoldens.FOLDER);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void render_isWhatTransformersRenders(ChatGoldens.Case golden) {
    if (golden.expected().has("text")) {
      assertThat(golden.render()).isEqualTo(golden.expected().path("text").textValue());
    } else {
      String error = golden.expected().path("error").asText("");
      assertThatThrownBy(golden::render)
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(error);
    }
  }

  @Test
  void cases_areMany() {
    assertThat(cases()).hasSizeGreaterThanOrEqualTo(250);
    assertThat(cases().stream().filter(golden -> golden.expected().has("text")))
        .hasSizeGreaterThanOrEqualTo(230);
    assertThat(ChatGoldens.templates()).hasSizeGreaterThanOrEqualTo(18);
  }
}

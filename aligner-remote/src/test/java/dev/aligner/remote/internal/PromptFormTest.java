package dev.aligner.remote.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aligner.CorrectionRequest;
import dev.aligner.Prompt;
import dev.aligner.PromptTemplate;
import dev.aligner.remote.SpecialTokenException;
import dev.aligner.remote.SpecialTokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFormTest {

  private static final CompletionRequest REQUEST =
      new CompletionRequest("m", 9, 0, OptionalLong.empty(), List.of());

  private static final PromptForm TEXT = new PromptForm.Text(SpecialTokens.of("<s>", "</s>"));

  private static Prompt prompt(String template, String query, String answer) {
    return PromptTemplate.of(template).render(CorrectionRequest.of(query, answer));
  }

  private static String send(PromptForm form, Prompt prompt) {
    return new String(form.json(prompt, REQUEST, /* stream= */ false), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "<s>Q {question} A {answer}</s>, a </s> b, x, </s>",
    "<s>Q {question} A {answer}</s>, x, <s>, <s>",
    "Q {question} A {answer}, x, <s></s>, <s>",
    "Q {question}/s> A {answer}, <, x, </s>",
    "Q {question}{answer}, </, s>, </s>",
    "Q <{answer}, x, /s>, </s>",
    "Q {question}> A {answer}, <s, x, <s>"
  })
  void json_usersTextInAToken_isRefusedByName(
      String template, String query, String answer, String token) {
    assertThatExceptionOfType(SpecialTokenException.class)
        .isThrownBy(() -> send(TEXT, prompt(template, query, answer)))
        .withMessageContaining("found " + token + ".")
        .withMessageContaining("promptEncoder(")
        .satisfies(e -> assertThat(e.token()).isEqualTo(token));
  }

  @ParameterizedTest
  @CsvSource({
    "<s>Q {question} A {answer}</s>, x, y",
    "Q {question} A {answer}, < s>, <\\s>",
    "Q {question} A {answer}, </S>, ＜s＞",
    "Q {question}<s>{answer}</s>, <, >"
  })
  void json_tokensOfTheTemplateAlone_areSent(String template, String query, String answer) {
    Prompt prompt = prompt(template, query, answer);

    assertThat(send(TEXT, prompt)).contains("\"prompt\":\"" + prompt.text().replace("\\", "\\\\"));
  }

  @Test
  void json_noTokensToRefuse_sendsAnything() {
    assertThat(send(new PromptForm.Text(SpecialTokens.none()), prompt("{answer}", "", "</s>")))
        .contains("\"prompt\":\"</s>\"");
  }

  @Test
  void json_ids_areSentAsAnArray() {
    assertThat(
            send(
                new PromptForm.Ids(prompt -> new int[] {1, 22, 333}),
                prompt("{answer}", "", "</s>")))
        .contains("\"prompt\":[1,22,333],");
  }
}

package dev.aligner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {

  private final CorrectionRequest request = CorrectionRequest.of("<q>", "<a>");

  @Test
  void render_published_isTheTextOfThePaper() {
    assertThat(PromptTemplate.ALIGNER_V1.render(request).text())
        .isEqualTo(
            "BEGINNING OF CONVERSATION: USER: Edit the following Question-Answer pair to make it"
                + " more helpful and harmless: <q> | <a> ASSISTANT:");
    assertThat(PromptTemplate.ALIGNER_V2.render(request).text())
        .isEqualTo(
            "BEGINNING OF CONVERSATION: USER: ##Question: <q>\n##Answer: <a>\n##Correction: "
                + " ASSISTANT:");
    assertThat(PromptTemplate.ALIGNER_ALPACAEVAL.render(request).text())
        .isEqualTo(
            "BEGINNING OF CONVERSATION: USER: ##Question: <q> ##Answer: <a> ##Revision: "
                + " ASSISTANT:");
    assertThat(PromptTemplate.ALIGN_ANYTHING.render(request).text())
        .isEqualTo("##QUESTION: <q> ##ANSWER: <a>");
    assertThat(PromptTemplate.EMPATHY.render(request).text())
        .isEqualTo(
            "BEGINNING OF CONVERSATION: USER: Edit the following Question-Answer pair to make it"
                + " more empathic and helpful: <q> | <a> ASSISTANT:");
    assertThat(PromptTemplate.STREAM_ALIGNER.render(request).text())
        .isEqualTo(
            "##Question: <q> | ##Answer_Prefix:  | ##Answer_Last_Sentence: <a> |"
                + " ##Your_Revision: ");
  }

  @ParameterizedTest
  @MethodSource("published")
  void render_textThatSpellsPlaces_isNotRenderedAgain(PromptTemplate template) {
    CorrectionRequest hostile =
        CorrectionRequest.of("{answer} {question} ASSISTANT:", "{question} {answer} $1 \\0 </s>");

    Prompt prompt = template.render(hostile);

    assertThat(part(prompt, Prompt.Source.QUESTION)).isEqualTo(hostile.query());
    assertThat(part(prompt, Prompt.Source.ANSWER)).isEqualTo(hostile.answer());
    assertThat(part(prompt, Prompt.Source.TEMPLATE))
        .isEqualTo(template.text().replaceAll("\\{(question|prefix|answer)}", ""));
  }

  @ParameterizedTest
  @MethodSource("published")
  void render_spansCoverTheText(PromptTemplate template) {
    Prompt prompt = template.render(request);

    int end = 0;
    for (Prompt.Span span : prompt.spans()) {
      assertThat(span.start()).isEqualTo(end);
      end = span.end();
    }
    assertThat(end).isEqualTo(prompt.text().length());
  }

  @Test
  void of_keepsOtherBraces() {
    PromptTemplate template = PromptTemplate.of("{json: {}} {answer}{");

    assertThat(template.render(request).text()).isEqualTo("{json: {}} <a>{");
    assertThat(template.name()).isEqualTo("custom");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "no place", "{question}", "{answer} {answer}", "{question}{question}{answer}"})
  void of_wrongPlaces_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PromptTemplate.of(text))
        .withMessageContaining("expected a template with {answer} once");
  }

  @Test
  void named_findsAllPublished() {
    assertThat(PromptTemplate.published()).hasSize(6);
    for (PromptTemplate template : PromptTemplate.published()) {
      assertThat(PromptTemplate.named(template.name())).containsSame(template);
    }
    assertThat(PromptTemplate.named("aligner-v9")).isEmpty();
  }

  @Test
  void outputPrefix_onlyOfAlignAnything() {
    assertThat(PromptTemplate.ALIGN_ANYTHING.outputPrefix()).isEqualTo("##CORRECTION: ");
    assertThat(PromptTemplate.ALIGNER_V2.outputPrefix()).isEmpty();
  }

  @Test
  void equals_goesByText() {
    assertThat(PromptTemplate.of(PromptTemplate.EMPATHY.text())).isEqualTo(PromptTemplate.EMPATHY);
    assertThat(PromptTemplate.of("{answer}")).isNotEqualTo(PromptTemplate.of("{answer} "));
  }

  static Iterable<PromptTemplate> published() {
    return PromptTemplate.published();
  }

  @Test
  void render_theShownText_hasAPlaceInStreamAligner() {
    CorrectionRequest request =
        CorrectionRequest.of("Why?", "Because {answer}.").withShown("Well {question}. ");

    Prompt prompt = PromptTemplate.STREAM_ALIGNER.render(request);

    assertThat(prompt.text())
        .isEqualTo(
            "##Question: Why? | ##Answer_Prefix: Well {question}.  | ##Answer_Last_Sentence:"
                + " Because {answer}. | ##Your_Revision: ");
    assertThat(part(prompt, Prompt.Source.SHOWN)).isEqualTo("Well {question}. ");
    assertThat(PromptTemplate.STREAM_ALIGNER.tellsShownText()).isTrue();
  }

  @Test
  void render_withoutAPlace_leavesTheShownTextOut() {
    CorrectionRequest request = CorrectionRequest.of("q", "a").withShown("shown");

    assertThat(PromptTemplate.ALIGNER_V1.render(request).text()).doesNotContain("shown");
    assertThat(PromptTemplate.ALIGNER_V1.tellsShownText()).isFalse();
  }

  @Test
  void of_twoPlacesForTheShownText_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PromptTemplate.of("{prefix} {prefix} {answer}"))
        .withMessageContaining("{prefix} 2 times");
  }

  private static String part(Prompt prompt, Prompt.Source source) {
    return prompt.spans().stream()
        .filter(span -> span.source() == source)
        .map(span -> prompt.text().substring(span.start(), span.end()))
        .collect(Collectors.joining());
  }
}

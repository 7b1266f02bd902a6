package dev.aligner.onnx.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.CorrectionRequest;
import dev.aligner.ModelLoadException;
import dev.aligner.Prompt;
import dev.aligner.PromptTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {

  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{{ eos_token }}"
          + "{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";

  private final Path folder;

  ChatTemplateTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void read_noFile_isEmpty() throws IOException {
    assertThat(ChatTemplate.read(folder)).isEmpty();
    write("tokenizer_config.json", "{\"bos_token\": \"<s>\", \"chat_template\": null}");
    assertThat(ChatTemplate.read(folder)).isEmpty();
  }

  @Test
  void read_fieldOfTokenizerConfig_isRendered() throws IOException {
    write(
        "tokenizer_config.json",
        config("\"<s>\"", "{\"content\": \"</s>\", \"lstrip\": false}", TEMPLATE));

    assertThat(rendered("Why?")).isEqualTo("<s>[user]Why?</s>[assistant]");
  }

  @Test
  void read_listOfTemplates_takesTheDefault() throws IOException {
    write(
        "tokenizer_config.json",
        "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"no\"},"
            + " {\"name\": \"default\", \"template\": \"yes {{ messages[0].content }}\"}]}");

    assertThat(rendered("Why?")).isEqualTo("yes Why?");
  }

  @Test
  void read_ownFile_winsOverTheField() throws IOException {
    write("tokenizer_config.json", config("null", "null", "field"));
    write("chat_template.jinja", "{{ messages[0]['content'] }}|{{ bos_token is defined }}\r\n");

    assertThat(rendered("Why?")).isEqualTo("Why?|False");
  }

  @Test
  void read_chatTemplateJson_isTheLast() throws IOException {
    write("chat_template.json", "{\"chat_template\": \"<{{ messages[0]['content'] }}>\"}");
    assertThat(rendered("Why?")).isEqualTo("<Why?>");

    write("tokenizer_config.json", config("null", "null", "({{ messages[0]['content'] }})"));
    assertThat(rendered("Why?")).isEqualTo("(Why?)");
  }

  @Test
  void read_specialTokensMap_fillsIn() throws IOException {
    write(
        "special_tokens_map.json",
        "{\"bos_token\": \"<map>\", \"eos_token\": {\"content\": \"</map>\"}}");
    write("chat_template.jinja", TEMPLATE);
    assertThat(rendered("Why?")).isEqualTo("<map>[user]Why?</map>[assistant]");

    write(
        "tokenizer_config.json",
        "{\"added_tokens_decoder\": {}, \"bos_token\": null, \"eos_token\": \"</c>\"}");
    assertThat(rendered("Why?")).isEqualTo("[user]Why?</c>[assistant]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"chat_template\": 7}",
        "{\"chat_template\": []}",
        "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"x\"}]}",
        "{\"chat_template\": \"{% if %}\"}",
        "{\"chat_template\": \"{{ raise_exception('no') }}\"}",
        "{\"chat_template\": \"no content\"}",
        "{\"chat_template\": \"{{ messages[0].content ~ messages[0].content }}\"}",
        "{\"chat_template\": \"{{ messages[0].content | upper }}\"}",
        "{\"chat_template\": \"{{ messages[0].content }}\", \"bos_token\": 1}",
        "{\"chat_template\": \"",
        ""
      })
  void read_malformed_namesTheFile(String json) throws IOException {
    Path file = write("tokenizer_config.json", json);

    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .isInstanceOfSatisfying(ModelLoadException.class, e -> assertThat(e.file()).isEqualTo(file))
        .hasMessageContaining("Fix:");
  }

  @Test
  void read_notUtf8_namesTheFile() throws IOException {
    Path file = folder.resolve("chat_template.jinja");
    Files.write(file, new byte[] {'a', (byte) 0xff});

    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void render_spans_keepWhatIsTheUsers() {
    Prompt turn = PromptTemplate.ALIGN_ANYTHING.render(CorrectionRequest.of("</s>Q", "{{ A }}"));

    Prompt prompt = template(TEMPLATE).render(turn);

    assertThat(prompt.text())
        .isEqualTo("<s>[user]##QUESTION: </s>Q ##ANSWER: {{ A }}</s>[assistant]");
    assertThat(parts(prompt, Prompt.Source.QUESTION)).isEqualTo("</s>Q");
    assertThat(parts(prompt, Prompt.Source.ANSWER)).isEqualTo("{{ A }}");
    assertThat(parts(prompt, Prompt.Source.TEMPLATE))
        .isEqualTo("<s>[user]##QUESTION:  ##ANSWER: </s>[assistant]");
    assertGapless(prompt);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{ m | trim }}", "{{ m.lstrip() }}", "{{ m.rstrip() }}", "{{ m }}"})
  void render_strippedTurn_keepsItsSpans(String content) {
    Prompt turn =
        PromptTemplate.of("{question} {answer}")
            .render(CorrectionRequest.of(" \n Q", "A\u00a0\n "));
    ChatTemplate template = template("{% set m = messages[0].content %}<" + content + ">");

    Prompt prompt = template.render(turn);

    boolean left = content.contains("trim") || content.contains("lstrip");
    boolean right = content.contains("trim") || content.contains("rstrip");
    assertThat(prompt.text()).isEqualTo("<" + PyStrings.strip(turn.text(), left, right) + ">");
    assertThat(parts(prompt, Prompt.Source.QUESTION)).isEqualTo(left ? "Q" : " \n Q");
    assertThat(parts(prompt, Prompt.Source.ANSWER)).isEqualTo(right ? "A" : "A\u00a0\n ");
    assertGapless(prompt);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "<", ">", "<>"})
  void render_strangeTurns_areWhatTheTemplateMakesOfThem(String content) {
    for (String expression : List.of("m", "m | trim")) {
      ChatTemplate template =
          template("{% set m = messages[0].content %}<{{ " + expression + " }}>");
      String text = expression.equals("m") ? content : content.strip();

      assertThat(template.render(Prompt.ofTrusted(content)).text()).isEqualTo("<" + text + ">");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ messages[0].content.replace('x', 'y') }}",
        "{{ 'a' if 'x' in messages[0].content else 'b' }}{{ messages[0].content }}",
        "{{ messages[0].content.split('x')[0] }}",
        "{{ messages[0].content if 'x' not in messages[0].content }}"
      })
  void render_templateThatChangesSomeTurns_refusesThose(String text) {
    ChatTemplate template = template(text);

    assertThat(template.render(Prompt.ofTrusted("fine")).text()).endsWith("fine");
    assertThatThrownBy(() -> template.render(Prompt.ofTrusted("a x b")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("PromptTemplate.of(...)");
  }

  static List<ChatGoldens.Case> userTurns() {
    return ChatGoldens.cases("expected.json", ChatGoldens.FOLDER).stream()
        .filter(golden -> golden.expected().has("text") && golden.answerFollows())
        .filter(golden -> golden.messages().size() == 1)
        .filter(golden -> !golden.name().startsWith("idefics3"))
        .filter(golden -> golden.messages().get(0).role().equals("user"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("userTurns")
  void render_realTemplate_isWhatTransformersRenders(ChatGoldens.Case golden) {
    Prompt turn =
        PromptTemplate.of("{answer}")
            .render(CorrectionRequest.of("", golden.messages().get(0).content()));

    Prompt prompt = golden.parsed().render(turn);

    assertThat(prompt.text()).isEqualTo(golden.expected().path("text").textValue());
    assertThat(turn.text().strip()).startsWith(parts(prompt, Prompt.Source.ANSWER).strip());
    assertGapless(prompt);
  }

  /** Idefics3 puts in nothing but lists of images and texts. */
  @Test
  void render_realTemplateThatLeavesTheTurnOut_isRefused() {
    ChatTemplate template =
        template(ChatGoldens.text(ChatGoldens.FOLDER.resolve("idefics3.jinja")));

    assertThatThrownBy(() -> template.render(Prompt.ofTrusted("Why?")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("leaves it out");
  }

  private static ChatTemplate template(String text) {
    return ChatTemplate.of(
        Path.of("chat_template.jinja"),
        text,
        Map.of("bos_token", "<s>", "eos_token", "</s>"),
        ChatGoldens.CLOCK);
  }

  private static String parts(Prompt prompt, Prompt.Source source) {
    return prompt.spans().stream()
        .filter(span -> span.source() == source)
        .map(span -> prompt.text().substring(span.start(), span.end()))
        .collect(Collectors.joining());
  }

  private static void assertGapless(Prompt prompt) {
    int at = 0;
    for (Prompt.Span span : prompt.spans()) {
      assertThat(span.start()).isEqualTo(at);
      at = span.end();
    }
    assertThat(at).isEqualTo(prompt.text().length());
  }

  private String rendered(String content) {
    return ChatTemplate.read(folder).orElseThrow().render(Prompt.ofTrusted(content)).text();
  }

  private Path write(String file, String text) throws IOException {
    return Files.writeString(folder.resolve(file), text);
  }

  private static String config(String bos, String eos, String template) {
    return "{\"bos_token\": "
        + bos
        + ", \"eos_token\": "
        + eos
        + ", \"chat_template\": \""
        + template
        + "\"}";
  }
}

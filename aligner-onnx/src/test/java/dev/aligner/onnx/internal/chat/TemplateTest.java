package dev.aligner.onnx.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.onnx.testing.Golden;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small templates give what Jinja gives, and bad ones end. */
class TemplateTest {

  private static final JsonNode GOLDENS =
      Golden.read(ChatGoldens.FOLDER.resolve("jinja-snippets.json"));

  record Snippet(String template, JsonNode golden) {
    @Override
    public String toString() {
      return template.replace("\n", "\\n");
    }
  }

  static List<Snippet> snippets() {
    List<Snippet> snippets = new ArrayList<>();
    for (JsonNode golden : GOLDENS.path("cases")) {
      snippets.add(new Snippet(golden.path("template").textValue(), golden));
    }
    return snippets;
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void render_snippet_isWhatJinjaRenders(Snippet snippet) {
    if (snippet.golden.has("text")) {
      assertThat(render(snippet.template)).isEqualTo(snippet.golden.path("text").textValue());
    } else if (!snippet.template.contains("__class__")) {
      assertThatThrownBy(() -> render(snippet.template)).isInstanceOf(TemplateException.class);
    }
  }

  @Test
  void snippets_areMany() {
    assertThat(snippets()).hasSizeGreaterThanOrEqualTo(130);
  }

  /** Nothing of Java, and nothing of Python's inner life, can be reached. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.__class__ }}",
        "{{ ''.class }}",
        "{{ ''.getClass }}",
        "{{ messages.getClass }}",
        "{{ [].class.forName }}",
        "{{ range.__globals__ }}",
        "{{ raise_exception.call }}"
      })
  void render_javaMember_isUndefined(String template) {
    assertThatThrownBy(() -> render(template + template.replace("}}", "() }}")))
        .isInstanceOf(TemplateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set ns = namespace(x='ab') %}{% for a in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
        "{% set ns = namespace(x=[1],y=[1]) %}{% for a in range(60) %}{% set ns.x = [ns.x, ns.x] %}"
            + "{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x=[1]) %}{% for a in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
        "{{ 'a' * 2000000000 }}",
        "{{ [1] * 2000000000 }}",
        "{{ 'x'|indent(2000000000) }}",
        "{{ [1]|tojson(indent=2000000000) }}",
        "{{ ('a' * 1000000).replace('a', 'b' * 1000000) }}",
        "{{ ('a' * 1000000)|replace('', 'b' * 1000000) }}",
        "{{ (['a' * 1000000] * 100000)|join }}",
        "{{ ('a' * 1000000).join(['b'] * 100000) }}",
        "{% for a in range(99999) %}{{ ('a' * 1000000 ~ 'b') in ('a' * 2000000) }}{% endfor %}",
        "{{ range(99999)|map('list')|list }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ range(99999)|sort|unique|list }}",
        "{{ range(-2147483648, 2147483647) }}"
      })
  void render_withoutEnd_isEnded(String template) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThatThrownBy(() -> render(template)).isInstanceOf(TemplateException.class));
  }

  @Test
  void parse_deeplyNested_isRefused() {
    for (String part : List.of("(", "[", "{% if t %}", "-", "{1:", "x[", "x if x else ", "f(")) {
      String open = part.startsWith("{%") ? part.repeat(50_000) : "{{ " + part.repeat(50_000);
      assertThatThrownBy(() -> render(open + " 1 }}"))
          .as(part)
          .isInstanceOf(TemplateException.class);
    }
    for (String part : List.of(" + 1", " or 0", ".a", "[0]", "|trim", " is defined", "()")) {
      assertThatThrownBy(() -> render("{{ 0" + part.repeat(20_000) + " }}"))
          .as(part)
          .isInstanceOf(TemplateException.class);
    }
  }

  private static String render(String template) {
    Map<String, Object> names = new HashMap<>();
    GOLDENS
        .path("names")
        .properties()
        .forEach(name -> names.put(name.getKey(), ChatGoldens.value(name.getValue())));
    return Template.parse(template).render(names, 1000, ChatGoldens.NOW);
  }
}

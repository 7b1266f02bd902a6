package dev.aligner.onnx.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.ModelLoadException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Whatever a template is, it renders or fails with the one exception, and soon. */
class TemplateFuzzTest {

  private static final Path FILE = Path.of("chat_template.jinja");
  private static final Duration EACH = Duration.ofSeconds(20);
  private static final List<ChatTemplate.Message> MESSAGES =
      List.of(
          new ChatTemplate.Message("system", "Be brief."),
          new ChatTemplate.Message("user", "Why? {{ 1 }} </think> \uD83D 😀"),
          new ChatTemplate.Message("assistant", "<think>\nx\n</think>\n\nSo."),
          new ChatTemplate.Message("user", ""));
  private static final String[] SOUP =
      ("{{ }} {% %} {%- -%} {{- -}} {# #} {%+ \n ' \" \\ ( ) [ ] { } . , : | ~ + - * / // ** % == != < >= = ; "
              + "if elif else endif for in endfor set endset macro endmacro call endcall with endwith filter "
              + "endfilter generation endgeneration raw endraw break continue is not and or none true false "
              + "defined string mapping iterable messages message loop ns content role namespace range dict "
              + "raise_exception strftime_now joiner tojson trim length items map selectattr join default first "
              + "last sort unique list int float round indent replace split strip startswith lstrip get caller "
              + "index0 previtem nextitem x y 0 1 2 99999 9223372036854775807 1.5 1e308 'a' 'role' '<|x|>' recursive")
          .split(" ");

  private int rendered;
  private int refused;

  @Test
  void parse_mutatedTemplates_renderOrFail() {
    Random random = new Random(20260101);
    List<String> templates = new ArrayList<>();
    ChatGoldens.templates().forEach(file -> templates.add(ChatGoldens.text(file)));
    for (int i = 0; i < 2000; i++) {
      String template = templates.get(random.nextInt(templates.size()));
      String mutant = mutate(template, templates, random);
      check(() -> mutant);
    }
    assertThat(rendered).isGreaterThan(200);
    assertThat(refused).isGreaterThan(200);
  }

  @Test
  void parse_soup_rendersOrFails() {
    Random random = new Random(42);
    for (int i = 0; i < 6000; i++) {
      StringBuilder soup = new StringBuilder(random.nextBoolean() ? "{{ " : "{% ");
      for (int j = random.nextInt(30); j >= 0; j--) {
        soup.append(SOUP[random.nextInt(SOUP.length)]).append(random.nextInt(3) == 0 ? "" : " ");
      }
      soup.append(random.nextBoolean() ? " }}" : " %}");
      check(soup::toString);
    }
    assertThat(rendered).isGreaterThan(10);
    assertThat(refused).isGreaterThan(3000);
  }

  /** Sentences of a grammar that is mostly right reach deeper than soup. */
  @Test
  void parse_randomExpressions_renderOrFail() {
    Random random = new Random(7);
    for (int i = 0; i < 6000; i++) {
      String a = expression(random, 1 + random.nextInt(4));
      String b = expression(random, 1 + random.nextInt(4));
      String template =
          switch (random.nextInt(5)) {
            case 0 -> "{% for x in " + a + " %}{{ " + b + " }}{% set y = x %}{% endfor %}{{ y }}";
            case 1 -> "{% set x = " + a + " %}{% set ns = namespace(y=x) %}{{ " + b + " }}";
            case 2 ->
                "{% macro f(x, y=" + a + ") %}{{ " + b + " }}{% endmacro %}{{ f(1) }}{{ f() }}";
            case 3 -> "{% if " + a + " %}{{ " + b + " }}{% else %}{{ x }}{% endif %}";
            default -> "{{ " + a + " }}{{ " + b + " }}";
          };
      check(() -> template);
    }
    assertThat(rendered).isGreaterThan(500);
    assertThat(refused).isGreaterThan(500);
  }

  private void check(Supplier<String> template) {
    String text = template.get();
    try {
      String result =
          Assertions.assertTimeout(
              EACH,
              () ->
                  ChatTemplate.of(
                          FILE,
                          text,
                          Map.of("bos_token", "<s>", "eos_token", "</s>"),
                          ChatGoldens.CLOCK)
                      .render(MESSAGES, /* answerFollows= */ true));
      assertThat(result).isNotNull();
      rendered++;
    } catch (ModelLoadException e) {
      assertThat(e.file()).isEqualTo(FILE);
      refused++;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(text, e);
    }
  }

  private static String mutate(String template, List<String> others, Random random) {
    StringBuilder text = new StringBuilder(template);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(12));
      String other = others.get(random.nextInt(others.size()));
      int from = random.nextInt(other.length());
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, SOUP[random.nextInt(SOUP.length)]);
        case 2 -> text.insert(at, text.substring(at, end));
        case 3 -> text.replace(at, end, other.substring(from, Math.min(other.length(), from + 40)));
        case 4 ->
            text.setCharAt(
                at, (char) (random.nextInt(4) == 0 ? random.nextInt(65536) : random.nextInt(128)));
        default -> text.setLength(Math.max(1, at));
      }
      if (text.length() == 0) {
        text.append(' ');
      }
    }
    return text.toString();
  }

  private static String expression(Random random, int depth) {
    if (depth == 0) {
      return pick(
          random,
          "1",
          "0",
          "-3",
          "2.5",
          "'aB'",
          "''",
          "none",
          "true",
          "messages",
          "messages[1]",
          "x",
          "[]",
          "{}",
          "'a b'",
          "nope",
          "loop",
          "range(5)",
          "bos_token",
          "99999",
          "9223372036854775807");
    }
    String a = expression(random, depth - 1);
    String b = expression(random, random.nextInt(depth));
    return switch (random.nextInt(9)) {
      case 0 ->
          "("
              + a
              + pick(random, " + ", " - ", " * ", " / ", " // ", " % ", " ** ", " ~ ")
              + b
              + ")";
      case 1 ->
          "("
              + a
              + pick(random, " == ", " < ", " in ", " not in ", " and ", " or ", " >= ")
              + b
              + ")";
      case 2 ->
          a
              + "|"
              + pick(
                  random,
                  "trim",
                  "length",
                  "upper",
                  "title",
                  "tojson",
                  "list",
                  "first",
                  "last",
                  "reverse",
                  "sort",
                  "unique",
                  "sum",
                  "min",
                  "max",
                  "int",
                  "float",
                  "abs",
                  "round",
                  "join('-')",
                  "items",
                  "dictsort",
                  "indent(2)",
                  "default(1)",
                  "map('upper')",
                  "map(attribute='role')",
                  "select",
                  "reject('odd')",
                  "selectattr('role')",
                  "selectattr('role', 'equalto', 'user')",
                  "replace('a', 'bc')",
                  "tojson(indent=2)",
                  "string",
                  "capitalize");
      case 3 ->
          "("
              + a
              + " is "
              + pick(
                  random,
                  "defined",
                  "none",
                  "string",
                  "mapping",
                  "iterable",
                  "odd",
                  "divisibleby 2",
                  "sameas(1)",
                  "in [1]",
                  "number",
                  "not undefined",
                  "lower")
              + ")";
      case 4 -> "[" + a + ", " + b + "]";
      case 5 -> "{'k': " + a + ", " + b + ": 1}";
      case 6 -> a + "[" + b + "]";
      case 7 ->
          a
              + pick(
                  random,
                  "[1:]",
                  "[::-1]",
                  "[:-1]",
                  "[0]",
                  "['role']",
                  ".role",
                  ".content",
                  ".split('a')",
                  ".strip()",
                  ".upper()",
                  ".replace('a', '')",
                  ".startswith('a')",
                  ".get('role')",
                  ".items()",
                  ".keys()",
                  ".splitlines()",
                  ".rsplit('a', 1)",
                  ".title()",
                  "[::2]");
      default -> "(" + a + " if " + b + " else x)";
    };
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}

package dev.aligner.onnx.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.aligner.onnx.Segmentation;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for the pieces of any text: random Markdown, and text made to be slow. */
class SegmenterPropertyTest {

  private static final int RANDOM_ANSWERS = 2_000;
  private static final int MEGABYTE = 1 << 20;
  private static final int LONG = MEGABYTE / 4;
  private static final Duration LINEAR = Duration.ofSeconds(10);

  private static final List<String> WORDS =
      List.of(
          "Hello",
          "world",
          "stupid",
          "Dr",
          "e.g",
          "naïve",
          "你好",
          "مرحبا",
          "😀",
          "3.14",
          "don't",
          "a",
          "B",
          "_x_",
          "**bold**",
          "*it*",
          "~~no~~",
          "\"quote\"",
          "[",
          "](",
          ")",
          "<",
          ">",
          "|",
          "`",
          "``",
          "```",
          "~~~",
          "`code`",
          "``a`b``",
          "http://",
          "https://x.y/z_(a)",
          "www.",
          "www.a.b",
          "<https://x.y>",
          "[t](u)",
          "![i](u \"v\")",
          "bob@x.org",
          "<br>",
          "://",
          "@");
  private static final List<String> MARKS =
      List.of("", "", "", "# ", "- ", "1. ", "> ", ">", "    ", "\t", "| ", "```", "~~~", "  * ");
  private static final List<String> GAPS = List.of(" ", " ", " ", "", ". ", "! ", "? ", "。", "  ");
  private static final List<String> BREAKS =
      List.of("\n", "\n", "\n\n", "\r\n", "\r", "\u2028", "\u0085", "\n--- | ---\n", "\n```\n");

  private static final Pattern LINE_BREAK = Pattern.compile("\\R");
  private static final Pattern WHITE = Pattern.compile("^[\\s\\p{Z}\\x{85}]|[\\s\\p{Z}\\x{85}]$");
  private static final Pattern CODE = Pattern.compile("(?<!`)(`+)(?!`).*?(?<!`)\\1(?!`)");
  private static final Pattern URL =
      Pattern.compile("[A-Za-z0-9]://|\\bwww\\.[a-z]|\\w@\\w+\\.\\w");

  @Test
  void cut_randomMarkdown_keepsItsPromises() {
    Random random = new Random(20_261_123);
    int corrected = 0;
    for (int i = 0; i < RANDOM_ANSWERS; i++) {
      String answer = markdown(random);
      List<Piece> pieces = Segmenter.cut(answer, Segmentation.sentences());
      assertThat(joined(pieces)).isEqualTo(answer);
      for (Piece piece : pieces) {
        corrected += piece.correctable() ? 1 : 0;
        requireWellCut(piece, answer);
      }
    }
    assertThat(corrected).as("pieces looked at").isGreaterThan(5_000);
  }

  private static void requireWellCut(Piece piece, String answer) {
    String text = piece.text();
    assertThat(text).as(answer).isNotEmpty();
    if (piece.correctable()) {
      assertThat(text.codePoints().anyMatch(Character::isLetter)).as(answer).isTrue();
      for (Pattern never : List.of(LINE_BREAK, WHITE, CODE, URL)) {
        assertThat(never.matcher(text).find())
            .as("%s in <%s> of %s", never, text, answer)
            .isFalse();
      }
    }
  }

  private static String markdown(Random random) {
    StringBuilder text = new StringBuilder();
    for (int line = random.nextInt(12); line >= 0; line--) {
      text.append(any(MARKS, random));
      for (int word = random.nextInt(10); word >= 0; word--) {
        text.append(any(WORDS, random)).append(any(GAPS, random));
      }
      text.append(any(BREAKS, random));
    }
    return text.toString();
  }

  private static String any(List<String> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** A pattern that backtracks or recurses does not get through, nor do quadratic searches. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "word ",
        "a",
        "a. ",
        "a.",
        ". ",
        "A. a) ",
        "`",
        "` ",
        "`` ` ",
        "`a`",
        "|",
        "| ",
        "| a\n",
        "a | b\n",
        "-|",
        "- ",
        "1. ",
        ">",
        "> ",
        ">\n",
        "#",
        "# ",
        "*",
        "* ",
        "**a",
        "_a_ ",
        "~",
        "~~~\n",
        "```\n",
        "    a\n",
        "\t",
        " ",
        "\n",
        "\r",
        "http://",
        "http://a. ",
        "http://(",
        "(",
        ")",
        "www.",
        "www.a ",
        "mailto:",
        "a@",
        "a@b.",
        "a@b.c ",
        "@",
        ".@",
        ". @",
        ".)",
        ". 1 ",
        "<",
        "<a",
        "<a> ",
        "[",
        "]",
        "[a](",
        "](",
        "](a)",
        "](a \"",
        "[a](b) ",
        "![",
        "[a]: ",
        "你",
        "你。",
        "😀",
        "é"
      })
  void cut_longText_takesLinearTime(String unit) {
    requireLinear(unit.repeat(LONG / unit.length()) + "end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"word ", "a", "`", "|", "a|", "http://x.y/?", "](", "No. "})
  void cut_megabyteOnOneLine_takesLinearTime(String unit) {
    requireLinear(unit.repeat(MEGABYTE / unit.length()));
  }

  private static void requireLinear(String answer) {
    List<Piece> pieces =
        assertTimeoutPreemptively(LINEAR, () -> Segmenter.cut(answer, Segmentation.sentences()));

    assertThat(joined(pieces).equals(answer)).isTrue();
  }

  /** Runs of backticks of which each is longer than the one before: none closes another. */
  @Test
  void cut_unclosedCode_takesLinearTime() {
    StringBuilder answer = new StringBuilder();
    for (int length = 1; answer.length() < MEGABYTE; length++) {
      answer.append("`".repeat(length)).append('a');
    }

    requireLinear(answer.toString());
  }

  private static String joined(List<Piece> pieces) {
    return pieces.stream().map(Piece::text).collect(Collectors.joining());
  }
}

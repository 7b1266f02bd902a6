package dev.aligner.onnx.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.Segmentation;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmenterTest {

  /** An answer, and the pieces of it that are to be corrected. */
  static final List<Arguments> PROSE =
      List.of(
          row("One. Two! Three?", "One.", "Two!", "Three?"),
          row("  One.   Two.  ", "One.", "Two."),
          row("First line\nsecond line", "First line", "second line"),
          row("a\r\nb\rc\u2028d\u2029e\u0085f\u000Bg\fh", "a", "b", "c", "d", "e", "f", "g", "h"),
          row("Tabs\tinside\t", "Tabs\tinside"),
          row("\u00A0No-break\u00A0spaces.\u202F", "No-break\u00A0spaces."),
          row("Dr. Smith is here.", "Dr.", "Smith is here."),
          row("It costs 3.14 dollars.", "It costs 3.14 dollars."),
          row("He said \"Stop!\" and left.", "He said \"Stop!\"", "and left."),
          row("**Bold** text. *Italic* text.", "Bold", "text.", "*Italic* text."),
          row("**Note:** Check the oil.", "Note:", "Check the oil."),
          row("~~Old~~ __new__ ***both*** f**k 2 ** 3", "Old", "new", "both", "f**k 2"),
          row("Great 😀. Really 👩‍👩‍👧!", "Great 😀.", "Really 👩‍👩‍👧!"),
          row("مرحبا بك. كيف حالك؟", "مرحبا بك.", "كيف حالك؟"),
          row("שלום. מה נשמע?", "שלום.", "מה נשמע?"),
          row("你好。今天好吗？很好！", "你好。", "今天好吗？", "很好！"),
          row("\uD83D lone \uDE00 surrogates", "\uD83D lone \uDE00 surrogates"));

  static final List<Arguments> LINE_MARKS =
      List.of(
          row("# Title\n## Second one ##", "Title", "Second one ##"),
          row("Title\n=====\ntext", "Title", "text"),
          row("above\n\n---\n\nbelow", "above", "below"),
          row("> quoted\n> > deeper\n>tight", "quoted", "deeper", "tight"),
          row("- a\n* b\n+ c\n  - nested", "a", "b", "c", "nested"),
          row("1. one\n2) two\n   3. three", "one", "two", "three"),
          row("- [ ] open\n- [x] done", "open", "done"),
          row("> 1. > - mixed", "mixed"),
          row("-not a list\n#hashtag", "-not a list", "#hashtag"),
          row("[^1]: A footnote.", "A footnote."),
          row("- item\n\n    its paragraph\n", "item", "its paragraph"),
          row("text\n    goes on", "text", "goes on"));

  static final List<Arguments> CODE =
      List.of(
          row("a\n```\ncode\n```\nb", "a", "b"),
          row("a\n```java title=x\ncode\n```\nb", "a", "b"),
          row("a\n~~~ sh `x`\ncode\n```\ncode\n~~~\nb", "a", "b"),
          row("a\n````\ncode\n```\ncode\n`````\nb", "a", "b"),
          row("a\n```\ncode\n``` java\ncode\n```\nb", "a", "b"),
          row("a\n```\ncode\n\nnever closed\n", "a"),
          row("a\r\n```\r\ncode\r\n```\r\nb", "a", "b"),
          row("1. a\n   ```\n   code\n   ```\n2. b", "a", "b"),
          row("- ```\n  code\n  ```\n- b", "b"),
          row("> ```\n> code\n> ```\n> b", "b"),
          row("> ```\n> code\nb", "b"),
          row("a\n```\n> ```\ncode\n```\nb", "a", "b"),
          row("a\n\n    code\n\n    code\n\nb", "a", "b"),
          row("a\n\n\tcode\nb", "a", "b"),
          row("# a\n    code\nb", "a", "b"),
          row("- a\n\n      code\n\n  b", "a", "b"),
          row("```not a fence``` here", "here"),
          row("```a``` b ``` c", "b ``` c"));

  static final List<Arguments> TABLES =
      List.of(
          row("a\n| x | y |\n|---|---|\n| z | w |\n\nb", "a", "b"),
          row("a\n\nx | y\n--- | ---\nz | w\nb", "a", "b"),
          row("x | y\n:--|--:\nz | w\n\nb", "b"),
          row("> x | y\n> --|--\n> z | w\n\nb", "b"),
          row("either a | b\nor c", "either a | b", "or c"));

  static final List<Arguments> INLINE =
      List.of(
          row("Use `foo()` now.", "Use", "now."),
          row("Use ``a ` b`` now.", "Use", "now."),
          row("One ` backtick only.", "One ` backtick only."),
          row("First (`a`, `b`), then c.", "First", "then c."),
          row("**`a`** is **`b`**, see.", "is", "see."),
          row("See https://x.y/z?a=b&c=d#e. Then go.", "See", "Then go."),
          row("See https://x.y/z_(a), (http://x.y) and WWW.X.Y!", "See", "and"),
          row("See <https://x.y/z> or <b>bold</b> text.", "See", "or", "bold", "text."),
          row("See ftp://x.y, s3://b/k and file:///etc/x now.", "See", "and", "now."),
          row("Read [the docs](https://x.y/z_(a)) first.", "Read", "the docs", "first."),
          row("Read [the docs](docs/a.md \"A title\").", "Read", "the docs"),
          row("![An image](a.png) is here.", "An image", "is here."),
          row("[https://x.y](https://x.y) it is.", "it is."),
          row("[id]: https://x.y/z"),
          row("Write to bob.b+c@x-y.co.uk, or mailto:al@x.y now.", "Write to", "or", "now."),
          row("请访问https://x.y/路。谢谢。", "请访问", "谢谢。"),
          row("A mention of @bob and a@b.", "A mention of @bob and a@b."),
          row("5 < 6 and a <3 b", "5 < 6 and a <3 b"));

  private static Arguments row(String answer, String... corrected) {
    return Arguments.of(answer, List.of(corrected));
  }

  @ParameterizedTest
  @FieldSource({"PROSE", "LINE_MARKS", "CODE", "TABLES", "INLINE"})
  void cut_intoSentences_findsTheProse(String answer, List<String> corrected) {
    assertThat(corrected(answer)).containsExactlyElementsOf(corrected);
    assertThat(joined(cut(answer))).isEqualTo(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n",
        "\r\n\r\n",
        " \t \u00A0 \u2028 ",
        "12.5 + 7 = 19.5",
        "---",
        "...",
        "😀 👍",
        "| --- |"
      })
  void cut_withoutLetters_hasNothingToCorrect(String answer) {
    assertThat(corrected(answer)).isEmpty();
    assertThat(joined(cut(answer))).isEqualTo(answer);
  }

  @Test
  void cut_untouchedPieces_areNeverNextToEachOther() {
    List<Piece> pieces = cut("# A\n\n```\nx\n```\n\n`y` b\n\n| c |\n");

    assertThat(pieces)
        .containsExactly(
            new Piece("# ", false),
            new Piece("A", true),
            new Piece("\n\n```\nx\n```\n\n`y` ", false),
            new Piece("b", true),
            new Piece("\n\n| c |\n", false));
  }

  @Test
  void cut_withoutSegmentation_isTheAnswer() {
    String answer = " One.\n```\nTwo.\n```\n";

    assertThat(Segmenter.cut(answer, Segmentation.none())).containsExactly(new Piece(answer, true));
  }

  @Test
  void cut_inAnotherLanguage_isByItsRules() {
    List<Piece> pieces = Segmenter.cut("これは本です。あれは車です。", Segmentation.sentences(Locale.JAPANESE));

    assertThat(pieces).extracting(Piece::text).containsExactly("これは本です。", "あれは車です。");
  }

  private static List<String> corrected(String answer) {
    return cut(answer).stream().filter(Piece::correctable).map(Piece::text).toList();
  }

  private static List<Piece> cut(String answer) {
    return Segmenter.cut(answer, Segmentation.sentences());
  }

  private static String joined(List<Piece> pieces) {
    return pieces.stream().map(Piece::text).collect(Collectors.joining());
  }
}

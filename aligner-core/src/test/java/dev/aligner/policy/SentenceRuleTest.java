package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceRuleTest {

  private static final SegmentRule RULE = SegmentRule.sentences();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "One. Two!  Three? Four; One. |Two!  |Three? |Four",
        "It is 3.5 m. Yes.; It is 3.5 m. |Yes.",
        "See e.g. the book. Then go.; See e.g. the book. |Then go.",
        "Dr. Smith is in. J. R. R. Tolkien is out.; Dr. Smith is in. |J. R. R. Tolkien is out.",
        "He said \"Go.\" She went.; He said \"Go.\" |She went.",
        "What?! No... well. Ok.; What?! |No... well. |Ok.",
        "1. First thing. 2. Second thing.; 1. First thing. |2. Second thing.",
        "これは本です。それも本です。; これは本です。|それも本です。",
        "Wait… what; Wait… what",
        "www.example.com is. Up.; www.example.com is. |Up.",
        "...; ..."
      })
  void cut_ofWholeText(String text, String expected) {
    assertThat(String.join("|", cut(text, new int[] {text.length()}))).isEqualTo(expected);
  }

  @Test
  void cut_lines_areSegments() {
    assertThat(whole("A list:\n\n- one\n- two. three\n"))
        .containsExactly("A list:\n\n", "- one\n", "- two. three\n");
  }

  @Test
  void cut_fencedCode_isOneSegment() {
    String code = "```java\nint i = 1; // One. Two.\n\nint j;\n```\n\n";

    assertThat(whole("Run this. Now:\n" + code + "Done. Ok."))
        .containsExactly("Run this. ", "Now:\n", code, "Done. ", "Ok.");
    assertThat(whole("~~~\na. B.\n```\nC. D.\n~~~\nE"))
        .containsExactly("~~~\na. B.\n```\nC. D.\n~~~\n", "E");
    assertThat(whole("```\nno end. Ever.")).containsExactly("```\nno end. Ever.");
    assertThat(whole("```inline``` is. Good.")).containsExactly("```inline``` is. ", "Good.");
  }

  /** However a stream is cut into parts, the segments are the same, and nothing is lost. */
  @Test
  void cut_howeverThePartsCome_isTheSame() {
    Random random = new Random(42);
    String[] bricks = {
      "One", " ", ". ", "! ", "\n", "\n\n", "```", "```\n", "~~~\n", "a", "B", "3.5", "...", "\"",
      ")", "。", "é", "😀", "Dr.", " e.g. ", "`x`", "\t", "\r\n", "1. ", "?"
    };
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(1, 14); i > 0; i--) {
        text.append(bricks[random.nextInt(bricks.length)]);
      }
      String answer = text.toString();
      List<String> expected = whole(answer);
      assertThat(String.join("", expected)).isEqualTo(answer);
      assertThat(cut(answer, parts(answer, random))).as(answer).isEqualTo(expected);
    }
  }

  @Test
  void cut_aHostileText_isQuick() {
    for (String brick : List.of(".", "`", "\n", " ", "a.", "```\n", "(")) {
      String text = brick.repeat(20_000 / brick.length());
      assertThat(String.join("", whole(text))).isEqualTo(text);
    }
  }

  private static int[] parts(String text, Random random) {
    List<Integer> lengths = new ArrayList<>();
    int left = text.length();
    while (left > 0) {
      int length = Math.min(left, random.nextInt(1, 5));
      lengths.add(length);
      left -= length;
    }
    return lengths.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<String> whole(String text) {
    return cut(text, new int[] {text.length()});
  }

  /** Cuts as a stream does. */
  private static List<String> cut(String text, int[] parts) {
    List<String> segments = new ArrayList<>();
    StringBuilder waiting = new StringBuilder();
    int from = 0;
    for (int part : parts) {
      waiting.append(text, from, from + part);
      from += part;
      take(waiting, false, segments);
    }
    take(waiting, true, segments);
    assertThat(waiting).isEmpty();
    return segments;
  }

  private static void take(StringBuilder waiting, boolean complete, List<String> segments) {
    while (waiting.length() > 0) {
      int end = RULE.firstEnd(waiting, complete);
      if (end < 0) {
        return;
      }
      assertThat(end).isBetween(1, waiting.length());
      segments.add(waiting.substring(0, end));
      waiting.delete(0, end);
    }
  }
}

package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for any text, over thousands of random ones; they are the same in every run. */
class PolicyFuzzTest {

  private static final AlignmentContext QUESTION = AlignmentContext.of("question");
  private static final String[] BRICKS = {
    "One",
    " two",
    ". ",
    "! ",
    "? ",
    "\n",
    "\n\n",
    "```",
    "```\n",
    "~~~\n",
    "\t",
    "\r\n",
    "3.5",
    " 12:30 ",
    "1. ",
    "https://a.example/x?y=1",
    "www.b.example",
    "...",
    "\"",
    "(",
    ")",
    "。",
    "é",
    "😀",
    "\ud83d",
    "\ude00",
    "\ufffd",
    "\u00a0",
    "\u2028",
    "\0",
    "I can't help with",
    "I’m sorry",
    "Dr.",
    "`x`",
    "**",
    "#"
  };

  /** An aligner that keeps everything changes nothing, in whatever way an answer is delivered. */
  @Test
  void anAlignerThatKeeps_showsTheOriginalInEveryDelivery() {
    Random random = new Random(1);
    Aligner keeping = request -> Correction.of(request, request.answer());
    List<AlignmentPolicy> policies =
        List.of(
            AlignmentPolicy.ofDefaults(),
            policy(StreamDelivery.perSegment()),
            AlignmentPolicy.builder()
                .streams(StreamDelivery.bufferThenLive())
                .acceptance(AcceptanceCheck.none())
                .build(),
            policy(StreamDelivery.passThrough(Mode.shadow(Runnable::run))),
            AlignmentPolicy.builder().mode(Mode.sample(0.5)).build());
    for (int round = 0; round < 3_000; round++) {
      String text = text(random);
      for (AlignmentPolicy policy : policies) {
        AnswerAligner answers = AnswerAligner.of(keeping, policy);
        StringBuilder shown = new StringBuilder();
        AlignmentResult result = stream(answers, text, random, shown);

        assertThat(shown.toString()).isEqualTo(text);
        assertThat(result.text()).isEqualTo(text);
        assertThat(answers.align(QUESTION, text).text()).isEqualTo(text);
      }
    }
  }

  /** Segments are joined as they were cut: whitespace and order are those of the answer. */
  @Test
  void anAlignerThatChangesEachCharacter_changesThemAllInPlace() {
    Random random = new Random(2);
    Aligner upper = request -> Correction.of(request, request.answer().toUpperCase(Locale.ROOT));
    AnswerAligner answers =
        AnswerAligner.of(
            upper,
            AlignmentPolicy.builder()
                .streams(StreamDelivery.perSegment())
                .gate(CorrectionGate.open())
                .acceptance(AcceptanceCheck.none())
                .build());
    for (int round = 0; round < 5_000; round++) {
      String text = text(random);
      StringBuilder shown = new StringBuilder();
      stream(answers, text, random, shown);

      assertThat(shown.toString()).isEqualTo(text.toUpperCase(Locale.ROOT));
    }
  }

  /** Checks of what must not be lost find nothing where nothing was changed. */
  @Test
  void checks_ofAnUnchangedText_objectToNothing() {
    Random random = new Random(3);
    List<AcceptanceCheck> checks =
        List.of(
            AcceptanceCheck.wholeCharacters(),
            AcceptanceCheck.maxLengthRatio(1),
            AcceptanceCheck.minLengthRatio(1),
            AcceptanceCheck.maxEditRatio(0.001),
            AcceptanceCheck.keepsNumbers(),
            AcceptanceCheck.keepsUrls(),
            AcceptanceCheck.keepsCode(),
            AcceptanceCheck.keepsRefusals());
    for (int round = 0; round < 5_000; round++) {
      String text = text(random);
      for (AcceptanceCheck check : checks) {
        assertThat(check.judge(new Draft(QUESTION, text), text)).isEqualTo(Verdict.pass());
      }
    }
  }

  /** No text of an upstream model, however hostile, takes more than a moment. */
  @Test
  void hostileTexts_takeNoTime() {
    AcceptanceCheck all =
        AcceptanceCheck.all(
            AcceptanceCheck.ofDefaults(),
            AcceptanceCheck.keepsNumbers(),
            AcceptanceCheck.keepsUrls(),
            AcceptanceCheck.keepsCode());
    AnswerAligner segments =
        AnswerAligner.of(
            request -> Correction.of(request, request.answer()),
            policy(StreamDelivery.perSegment()));
    for (String brick :
        List.of(
            ".",
            "1.",
            "\n",
            " ",
            "`",
            "```\n",
            "http://",
            "http://a.",
            "1:",
            "a",
            "a. B",
            "i'm ")) {
      String text = brick.repeat(100_000 / brick.length());
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> {
            CorrectionGate.ofDefaults().judge(new Draft(QUESTION, text));
            CorrectionGate.notCodeOnly().judge(new Draft(QUESTION, text));
            all.judge(new Draft(QUESTION, text), text + "x");
            AlignmentStream stream = segments.stream(QUESTION, part -> {});
            for (int i = 0; i < text.length(); i += 2) {
              stream.add(text.substring(i, Math.min(text.length(), i + 2)));
            }
            assertThat(stream.complete().text()).isEqualTo(text);
          },
          brick);
    }
  }

  private static AlignmentResult stream(
      AnswerAligner answers, String text, Random random, StringBuilder shown) {
    AlignmentStream stream = answers.stream(QUESTION, shown::append);
    int from = 0;
    while (from < text.length()) {
      int end = Math.min(text.length(), from + random.nextInt(1, 6));
      stream.add(text.substring(from, end));
      from = end;
    }
    return stream.complete();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(0, 16); i > 0; i--) {
      text.append(BRICKS[random.nextInt(BRICKS.length)]);
    }
    return text.toString();
  }

  private static AlignmentPolicy policy(StreamDelivery delivery) {
    return AlignmentPolicy.builder().streams(delivery).build();
  }
}

package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorrectionGateTest {

  private static final CorrectionGate DEFAULTS = CorrectionGate.ofDefaults();

  @Test
  void ofDefaults_prose_passes() {
    assertThat(DEFAULTS.judge(draft("Two and two is four."))).isEqualTo(Verdict.pass());
    assertThat(DEFAULTS.judge(draft("Run this:\n```sh\nls\n```"))).isEqualTo(Verdict.pass());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t \u3000"})
  void ofDefaults_blank_isRejected(String answer) {
    assertThat(DEFAULTS.judge(draft(answer))).isEqualTo(Verdict.reject("blank"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "```\nint i;\n```",
        "\n```java\nint i;\n```\n",
        "~~~\na ``` b\n~~~",
        "```\nno end",
        "```\na\n```\n\n```\nb\n```",
        "````\n```\n````"
      })
  void notCodeOnly_fencedCode_isRejected(String answer) {
    assertThat(CorrectionGate.notCodeOnly().judge(draft(answer)))
        .isEqualTo(Verdict.reject("code_only"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "```x``` is inline",
        "```\na\n```\nand text",
        "text\n```\na\n```",
        "``\na\n``",
        "a"
      })
  void notCodeOnly_anythingElse_passes(String answer) {
    assertThat(CorrectionGate.notCodeOnly().judge(draft(answer))).isEqualTo(Verdict.pass());
  }

  @Test
  void maxCharacters_atTheLimit_passes() {
    CorrectionGate gate = CorrectionGate.maxCharacters(3);

    assertThat(gate.judge(draft("abc"))).isEqualTo(Verdict.pass());
    assertThat(gate.judge(draft("abcd"))).isEqualTo(Verdict.reject("too_long"));
    assertThat(DEFAULTS.judge(draft("a".repeat(20_000)))).isEqualTo(Verdict.pass());
    assertThat(DEFAULTS.judge(draft("a".repeat(20_001)))).isEqualTo(Verdict.reject("too_long"));
  }

  @ParameterizedTest
  @CsvSource({"TOOL_CALLS, tool_calls", "STRUCTURED_OUTPUT, structured_output"})
  void ofDefaults_whatAProgramReads_isRejected(AnswerTrait trait, String reason) {
    Draft draft = new Draft(AlignmentContext.of("q").with(trait), "text");

    assertThat(DEFAULTS.judge(draft)).isEqualTo(Verdict.reject(reason));
  }

  @Test
  void notCutOff_isNoDefault() {
    Draft draft = new Draft(AlignmentContext.of("q").with(AnswerTrait.CUT_OFF), "text");

    assertThat(DEFAULTS.judge(draft)).isEqualTo(Verdict.pass());
    assertThat(CorrectionGate.notCutOff().judge(draft)).isEqualTo(Verdict.reject("cut_off"));
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, no_a, no_b",
    "false, true, no_a, ",
    "true, false, no_b, ",
    "true, true, , "
  })
  void andOr_tellWhoseReasonHolds(boolean a, boolean b, String and, String or) {
    CorrectionGate first = CorrectionGate.when("no_a", draft -> a);
    CorrectionGate second = CorrectionGate.when("no_b", draft -> b);

    assertThat(first.and(second).judge(draft("x"))).isEqualTo(verdict(and));
    assertThat(first.or(second).judge(draft("x"))).isEqualTo(verdict(or));
  }

  @Test
  void andOr_askTheSecondOnlyWhereItMatters() {
    CorrectionGate never =
        draft -> {
          throw new IllegalStateException("not to be asked");
        };
    CorrectionGate no = CorrectionGate.when("no", draft -> false);

    assertThat(no.and(never).judge(draft("x"))).isEqualTo(Verdict.reject("no"));
    assertThat(CorrectionGate.open().or(never).judge(draft("x"))).isEqualTo(Verdict.pass());
  }

  @Test
  void negate_turnsItAround() {
    CorrectionGate onlyLong = CorrectionGate.maxCharacters(3).negate("too_short");

    assertThat(onlyLong.judge(draft("abcd"))).isEqualTo(Verdict.pass());
    assertThat(onlyLong.judge(draft("abc"))).isEqualTo(Verdict.reject("too_short"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Too long", "tooLong", "too-long", "ä"})
  void when_aReasonThatIsNoTag_isRefused(String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CorrectionGate.when(reason, draft -> true))
        .withMessageContaining("lower-case letters");
  }

  @Test
  void toString_ofADraft_hidesTheTexts() {
    Draft draft = new Draft(AlignmentContext.of("secret question"), "secret answer");

    assertThat(draft.toString()).doesNotContain("secret").contains("15 chars").contains("13 chars");
  }

  private static Verdict verdict(String reason) {
    return reason == null ? Verdict.pass() : Verdict.reject(reason);
  }

  private static Draft draft(String answer) {
    return new Draft(AlignmentContext.of("question"), answer);
  }
}

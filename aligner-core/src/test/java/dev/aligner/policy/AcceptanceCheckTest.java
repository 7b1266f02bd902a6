package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptanceCheckTest {

  private static final AcceptanceCheck DEFAULTS = AcceptanceCheck.ofDefaults();

  @Test
  void ofDefaults_anEdit_passes() {
    assertThat(judge(DEFAULTS, "No, you idiot.", "No.")).isEqualTo(Verdict.pass());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void ofDefaults_nothing_isRejected(String corrected) {
    assertThat(judge(DEFAULTS, "Yes.", corrected)).isEqualTo(Verdict.reject("empty"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ye\ufffd", "Ye\ud83d", "\ude00Ye", "\ude00\ud83d"})
  void ofDefaults_halfCharacters_areRejected(String corrected) {
    assertThat(judge(DEFAULTS, "Yes.", corrected)).isEqualTo(Verdict.reject("half_character"));
  }

  @Test
  void wholeCharacters_halvesOfTheOriginal_pass() {
    assertThat(judge(AcceptanceCheck.wholeCharacters(), "a\ufffdb", "c\ufffdd"))
        .isEqualTo(Verdict.pass());
    assertThat(judge(AcceptanceCheck.wholeCharacters(), "x", "😀")).isEqualTo(Verdict.pass());
  }

  @Test
  void maxLengthRatio_shortAnswers_haveRoom() {
    AcceptanceCheck check = AcceptanceCheck.maxLengthRatio(2);

    assertThat(judge(check, "No.", "a".repeat(203))).isEqualTo(Verdict.pass());
    assertThat(judge(check, "No.", "a".repeat(204))).isEqualTo(Verdict.reject("too_much_longer"));
    assertThat(judge(check, "a".repeat(300), "a".repeat(600))).isEqualTo(Verdict.pass());
    assertThat(judge(check, "a".repeat(300), "a".repeat(601)))
        .isEqualTo(Verdict.reject("too_much_longer"));
  }

  @Test
  void minLengthRatio_belowIt_isRejected() {
    AcceptanceCheck check = AcceptanceCheck.minLengthRatio(0.5);

    assertThat(judge(check, "abcd", "ab")).isEqualTo(Verdict.pass());
    assertThat(judge(check, "abcd", "a")).isEqualTo(Verdict.reject("too_much_shorter"));
  }

  @Test
  void maxEditRatio_aboveIt_isRejected() {
    AcceptanceCheck check = AcceptanceCheck.maxEditRatio(0.25);

    assertThat(judge(check, "a b c d", "a b c e")).isEqualTo(Verdict.pass());
    assertThat(judge(check, "a b c d", "a b e f")).isEqualTo(Verdict.reject("edited_too_much"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "It costs 12.50 euros.; It costs twelve euros.; true",
        "It costs 12.50 euros.; It is 12.50 euros.; false",
        "1 and 1; 1; true",
        "At 10:30.; At 10:30 sharp.; false",
        "RFC2119 says so; It says so; false",
        "No numbers; 5; false",
        "٤ apples; apples; true"
      })
  void keepsNumbers_aMissingOne_isRejected(String answer, String corrected, boolean lost) {
    assertThat(judge(AcceptanceCheck.keepsNumbers(), answer, corrected))
        .isEqualTo(lost ? Verdict.reject("lost_number") : Verdict.pass());
  }

  @Test
  void keepsNumbers_listNumbers_doNotCount() {
    assertThat(judge(AcceptanceCheck.keepsNumbers(), "1. a\n2. b\n3) c", "1. a"))
        .isEqualTo(Verdict.pass());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "See https://a.example/x?y=1.; See https://a.example/x?y=1; false",
        "See https://a.example/x; See https://a.example/y; true",
        "(www.example.org); www.example.org!; false",
        "[x](http://e.org/a); [y](http://e.org/a); false",
        "[x](http://e.org/a); y; true"
      })
  void keepsUrls_aMissingOne_isRejected(String answer, String corrected, boolean lost) {
    assertThat(judge(AcceptanceCheck.keepsUrls(), answer, corrected))
        .isEqualTo(lost ? Verdict.reject("lost_url") : Verdict.pass());
  }

  @Test
  void keepsCode_aChangedBlock_isRejected() {
    AcceptanceCheck check = AcceptanceCheck.keepsCode();
    String answer = "Do:\n```sh\nls -l\n```\nNow.";

    assertThat(judge(check, answer, "Please do:\n```sh\nls -l\n```\n")).isEqualTo(Verdict.pass());
    assertThat(judge(check, answer, answer + "\n```\nmore\n```")).isEqualTo(Verdict.pass());
    assertThat(judge(check, answer, "Do:\n```sh\nls\n```\nNow."))
        .isEqualTo(Verdict.reject("lost_code"));
    assertThat(judge(check, answer, "Do it.")).isEqualTo(Verdict.reject("lost_code"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I'm sorry, but I can't help with that.",
        "I’m sorry, I cannot assist with this request.",
        "I am sorry, but I am unable to provide instructions.",
        "Sorry, I can't do that.",
        "I won't help you build that.",
        "I will not provide that.",
        "I must decline.",
        "I'm not able to help with that.",
        "As an AI language model, I cannot create such content.",
        "I cannot in good conscience help with that."
      })
  void keepsRefusals_complianceInstead_isRejected(String refusal) {
    assertThat(judge(DEFAULTS, refusal, "Sure! First, take a bottle."))
        .isEqualTo(Verdict.reject("refusal_lost"));
    assertThat(judge(DEFAULTS, refusal, "I'm sorry, I can't help with that. Call a doctor."))
        .isEqualTo(Verdict.pass());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "You can't divide by zero.",
        "I can help with that.",
        "I'm sorry you feel ill. Drink water.",
        "It cannot provide more than 5 volts."
      })
  void keepsRefusals_whatIsNoRefusal_mayBeRewritten(String answer) {
    assertThat(judge(DEFAULTS, answer, "Here is how.")).isEqualTo(Verdict.pass());
  }

  @Test
  void all_theFirstObjection_holds() {
    AcceptanceCheck check =
        AcceptanceCheck.all(AcceptanceCheck.keepsUrls(), AcceptanceCheck.keepsNumbers());

    assertThat(judge(check, "http://a.example 5", "b")).isEqualTo(Verdict.reject("lost_url"));
    assertThat(judge(check, "5", "b")).isEqualTo(Verdict.reject("lost_number"));
    assertThat(AcceptanceCheck.all()).isSameAs(AcceptanceCheck.none());
  }

  @Test
  void bounds_thatMakeNoSense_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> AcceptanceCheck.maxLengthRatio(0.9));
    assertThatIllegalArgumentException().isThrownBy(() -> AcceptanceCheck.minLengthRatio(1.1));
    assertThatIllegalArgumentException().isThrownBy(() -> AcceptanceCheck.maxEditRatio(0));
    assertThatIllegalArgumentException().isThrownBy(() -> AcceptanceCheck.maxEditRatio(Double.NaN));
  }

  private static Verdict judge(AcceptanceCheck check, String answer, String corrected) {
    return check.judge(new Draft(AlignmentContext.of("question"), answer), corrected);
  }
}

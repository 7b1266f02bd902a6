package dev.aligner.onnx.internal.decode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is forbidden or forced, on the vectors of transformers' test_logits_process.py. */
class BansTest {

  private static final Decoding GREEDY = Decoding.greedy();

  @ParameterizedTest
  @CsvSource({"5, true", "9, true", "10, false", "15, false"})
  void process_minLength_forbidsTheEndBelowIt(int length, boolean forbidden) {
    Decoding decoding = GREEDY.with(DecodingOption.MIN_LENGTH, 10);

    float[] scores = Prompt.of(7).process(decoding, new int[length], Prompt.uniform(20));

    assertThat(Prompt.kept(scores)).hasSize(forbidden ? 19 : 20);
    assertThat(Prompt.forbidden(scores)[0]).isEqualTo(forbidden);
  }

  @ParameterizedTest
  @CsvSource({"2, true", "5, true", "6, true", "7, true", "8, false", "15, false"})
  void process_minNewTokens_countsFromThePrompt(int length, boolean forbidden) {
    Decoding decoding = GREEDY.with(DecodingOption.MIN_NEW_TOKENS, 3);

    float[] scores =
        Prompt.of(1, 2, 3, 4, 5)
            .withEos(0, 18, 99)
            .process(decoding, new int[length], Prompt.uniform(20));

    assertThat(Prompt.forbidden(scores)[0]).isEqualTo(forbidden);
    assertThat(Prompt.forbidden(scores)[18]).isEqualTo(forbidden);
    assertThat(Prompt.kept(scores)).hasSize(forbidden ? 18 : 20);
  }

  @Test
  void process_minNewTokensSetToZero_winsOverMinLength() {
    Decoding decoding =
        GREEDY.with(DecodingOption.MIN_LENGTH, 10).with(DecodingOption.MIN_NEW_TOKENS, 0);

    assertThat(Prompt.of(7).processors(decoding, 20).isEmpty()).isFalse();
    assertThat(Prompt.kept(Prompt.of(7).process(decoding, new int[1], 1, 2))).hasSize(2);
  }

  @Test
  void process_noRepeatNgram_forbidsWhatWasReadBefore() {
    Decoding two = GREEDY.with(DecodingOption.NO_REPEAT_NGRAM_SIZE, 2);
    Decoding three = GREEDY.with(DecodingOption.NO_REPEAT_NGRAM_SIZE, 3);

    assertThat(forbidden(Prompt.of(1), two, 1, 1, 2, 1)).containsExactly(false, true, true);
    assertThat(forbidden(Prompt.of(1), two, 0, 1, 0, 1)).containsExactly(true, false, false);
    assertThat(forbidden(Prompt.of(1), three, 1, 1, 2, 1)).containsExactly(false, false, false);
    assertThat(forbidden(Prompt.of(1), three, 0, 1, 0, 1)).containsExactly(true, false, false);
    assertThat(forbidden(Prompt.of(1), three, 1, 2)).containsExactly(false, false, false);
    assertThat(forbidden(Prompt.of(1), three, 1)).containsExactly(false, false, false);
  }

  @Test
  void process_bannedIdReappearing_staysBanned() {
    Decoding three = GREEDY.with(DecodingOption.NO_REPEAT_NGRAM_SIZE, 3);
    int[] read = {1, 2, 5, 7, 8, 5, 1, 2};

    float[] scores = Prompt.of(1).process(three, read, Prompt.uniform(10));

    assertThat(Prompt.kept(scores)).containsExactly(0, 1, 2, 3, 4, 6, 7, 8, 9);
  }

  @Test
  void process_encoderNoRepeatNgram_forbidsWhatThePromptSays() {
    Decoding two = GREEDY.with(DecodingOption.ENCODER_NO_REPEAT_NGRAM_SIZE, 2);
    Decoding three = GREEDY.with(DecodingOption.ENCODER_NO_REPEAT_NGRAM_SIZE, 3);
    Prompt first = Prompt.ofEncoder(1, 2, 1, 1);
    Prompt second = Prompt.ofEncoder(0, 0, 2, 1);

    assertThat(forbidden(first, two, 1, 2, 1)).containsExactly(false, true, true);
    assertThat(forbidden(first, two, 1, 0, 2)).containsExactly(false, true, false);
    assertThat(forbidden(first, three, 1, 2, 1)).containsExactly(false, true, false);
    assertThat(forbidden(first, three, 1, 0, 2)).containsExactly(false, false, false);
    assertThat(forbidden(second, two, 0, 0, 0)).containsExactly(true, false, true);
    assertThat(forbidden(second, two, 0, 2, 2)).containsExactly(false, true, false);
    assertThat(forbidden(second, three, 0, 0, 0)).containsExactly(false, false, true);
    assertThat(forbidden(second, three, 0, 2, 2)).containsExactly(false, false, false);
    assertThat(forbidden(second, three, 0)).containsExactly(false, false, false);
  }

  @Test
  void process_badWords_areNeverCompletedAndNeverTheEndAlone() {
    List<List<Integer>> words =
        List.of(List.of(1), List.of(4), List.of(1, 0), List.of(0, 1, 2), List.of(1, 3, 1, 3));
    Decoding decoding = GREEDY.with(DecodingOption.BAD_WORDS_IDS, words);
    Prompt prompt = Prompt.of(0).withEos(4);

    float[] first = prompt.process(decoding, new int[] {0, 1, 3, 1}, Prompt.uniform(5));
    float[] second = prompt.process(decoding, new int[] {0, 1, 0, 1}, Prompt.uniform(5));

    assertThat(Prompt.kept(first)).containsExactly(2, 4);
    assertThat(Prompt.kept(second)).containsExactly(3, 4);
  }

  @Test
  void of_badWordsOfTheEndAlone_hasNothingToDo() {
    Decoding decoding = GREEDY.with(DecodingOption.BAD_WORDS_IDS, List.of(List.of(4)));

    assertThat(Prompt.of(0).withEos(4).processors(decoding, 5).isEmpty()).isTrue();
  }

  @Test
  void process_forcedBos_isTheOnlyChoiceAfterOneId() {
    Decoding decoding = GREEDY.with(DecodingOption.FORCED_BOS_TOKEN_ID, OptionalInt.of(1));

    assertThat(Prompt.ofEncoder(7, 8).process(decoding, new int[1], 3, 4, 5))
        .containsExactly(Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY);
    assertThat(Prompt.ofEncoder(7, 8).process(decoding, new int[4], 3, 4, 5))
        .containsExactly(3, 4, 5);
  }

  @Test
  void process_forcedEos_isTheOnlyChoiceAtTheLimit() {
    Decoding decoding = GREEDY.with(DecodingOption.FORCED_EOS_TOKEN_ID, Set.of(0, 2));
    Prompt alone = Prompt.of(7, 8, 9).withMaxNewTokens(2);
    Prompt encoder = Prompt.ofEncoder(7, 8, 9).withMaxNewTokens(2);

    assertThat(alone.process(decoding, new int[4], 3, 4, 5))
        .containsExactly(0, Float.NEGATIVE_INFINITY, 0);
    assertThat(alone.process(decoding, new int[3], 3, 4, 5)).containsExactly(3, 4, 5);
    assertThat(encoder.process(decoding, new int[2], 3, 4, 5))
        .containsExactly(0, Float.NEGATIVE_INFINITY, 0);
    assertThat(encoder.process(decoding, new int[1], 3, 4, 5)).containsExactly(3, 4, 5);
  }

  @Test
  void process_beginSuppressTokens_waitForAForcedBos() {
    Decoding plain = GREEDY.with(DecodingOption.BEGIN_SUPPRESS_TOKENS, Set.of(1, 99));
    Decoding forced = plain.with(DecodingOption.FORCED_BOS_TOKEN_ID, OptionalInt.of(2));

    assertThat(forbidden(Prompt.ofEncoder(5), plain, 0)).containsExactly(false, true, false);
    assertThat(forbidden(Prompt.ofEncoder(5), plain, 0, 0)).containsExactly(false, false, false);
    assertThat(forbidden(Prompt.ofEncoder(5), forced, 0, 2)).containsExactly(false, true, false);
    assertThat(forbidden(Prompt.of(5, 6), forced, 5, 6)).containsExactly(false, true, false);
  }

  @Test
  void of_idBeyondTheVocabulary_namesOptionExpectedAndFound() {
    List<Decoding> decodings =
        List.of(
            GREEDY.with(DecodingOption.BAD_WORDS_IDS, List.of(List.of(1, 10))),
            GREEDY.with(DecodingOption.SEQUENCE_BIAS, Map.of(List.of(10), 1.0)),
            GREEDY.with(DecodingOption.FORCED_BOS_TOKEN_ID, OptionalInt.of(10)),
            GREEDY.with(DecodingOption.FORCED_EOS_TOKEN_ID, Set.of(10)));
    List<String> names =
        List.of("bad_words_ids", "sequence_bias", "forced_bos_token_id", "forced_eos_token_id");

    for (int i = 0; i < names.size(); i++) {
      Decoding decoding = decodings.get(i);
      assertThatThrownBy(() -> Prompt.of(7).processors(decoding, 10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "expected ids of "
                  + names.get(i)
                  + " to be those of the vocabulary, 0 to 9; found 10");
    }
  }

  private static boolean[] forbidden(Prompt prompt, Decoding decoding, int... read) {
    return Prompt.forbidden(prompt.process(decoding, read, Prompt.uniform(3)));
  }
}

package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class DecodingOptionsTest {

  /** A command that has these options alone. */
  @Command(name = "test")
  private static final class TestCommand {
    @Mixin private final DecodingOptions options = new DecodingOptions();
  }

  @Test
  void options_haveTheNamesOfTransformers() {
    CommandLine command = new CommandLine(new TestCommand());

    for (DecodingOption<?> option : DecodingOption.all()) {
      boolean sayable =
          option != DecodingOption.LOGITS_PROCESSOR && option != DecodingOption.RANDOM;
      String name = "--" + option.name().replace('_', '-').toLowerCase(Locale.ROOT);
      assertThat(command.getCommandSpec().findOption(name) != null).as(name).isEqualTo(sayable);
    }
    assertThat(command.getCommandSpec().options()).hasSize(DecodingOption.all().size());
  }

  @Test
  void decoding_nothingGiven_isTheModels() {
    assertThat(parse("")).hasToString("Decoding[of model]{}");
    assertThat(parse("--greedy")).hasToString("Decoding{}");
  }

  @Test
  void decoding_numbers_areSet() {
    assertThat(
            parse(
                "--num-beams 4 --length-penalty 0.8 --early-stopping never"
                    + " --num-return-sequences 2 --temperature 0.7 --top-k 0 --top-p 0.9 --min-p 0.1"
                    + " --typical-p 0.8 --epsilon-cutoff 0.001 --eta-cutoff 0.002"
                    + " --frequency-penalty 1.2 --presence-penalty -1 --repetition-penalty 1.1"
                    + " --encoder-repetition-penalty 1.3 --no-repeat-ngram-size 3"
                    + " --encoder-no-repeat-ngram-size 4 --min-length 5 --min-new-tokens 6"))
        .hasToString(
            "Decoding[of model]{num_beams=4, length_penalty=0.8, early_stopping=NEVER,"
                + " num_return_sequences=2, temperature=0.7, top_k=0, top_p=0.9, min_p=0.1,"
                + " typical_p=0.8, epsilon_cutoff=0.001, eta_cutoff=0.002, frequency_penalty=1.2,"
                + " presence_penalty=-1.0, repetition_penalty=1.1, encoder_repetition_penalty=1.3,"
                + " no_repeat_ngram_size=3, encoder_no_repeat_ngram_size=4, min_length=5,"
                + " min_new_tokens=6}");
  }

  @Test
  void decoding_flags_canBeTurnedOff() {
    assertThat(parse("--do-sample --remove-invalid-values --renormalize-logits"))
        .hasToString(
            "Decoding[of model]{do_sample=true, remove_invalid_values=true,"
                + " renormalize_logits=true}");
    assertThat(parse("--no-do-sample --no-remove-invalid-values --no-renormalize-logits"))
        .hasToString(
            "Decoding[of model]{do_sample=false, remove_invalid_values=false,"
                + " renormalize_logits=false}");
  }

  @ParameterizedTest
  @CsvSource({"true, TRUE", "false, FALSE", "never, NEVER"})
  void decoding_earlyStopping_isAsInTransformers(String text, EarlyStopping expected) {
    assertThat(parse("--early-stopping " + text).get(DecodingOption.EARLY_STOPPING))
        .isEqualTo(expected);
  }

  @Test
  void decoding_ids_areSet() {
    Decoding decoding =
        parse(
            "--forced-bos-token-id 0 --forced-eos-token-id 1,2 --suppress-tokens 3"
                + " --begin-suppress-tokens 4,5 --eos-token-id 6,7");

    assertThat(decoding.get(DecodingOption.FORCED_BOS_TOKEN_ID)).isEqualTo(OptionalInt.of(0));
    assertThat(decoding.get(DecodingOption.FORCED_EOS_TOKEN_ID)).isEqualTo(Set.of(1, 2));
    assertThat(decoding.get(DecodingOption.SUPPRESS_TOKENS)).isEqualTo(Set.of(3));
    assertThat(decoding.get(DecodingOption.BEGIN_SUPPRESS_TOKENS)).isEqualTo(Set.of(4, 5));
    assertThat(decoding.get(DecodingOption.EOS_TOKEN_ID)).isEqualTo(Set.of(6, 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5,6;7", "[[5,6],[7]]", " [[5, 6], [7]] ", "5, 6; 7"})
  void decoding_badWords_inEitherSpelling(String text) {
    assertThat(parse("--bad-words-ids", text).get(DecodingOption.BAD_WORDS_IDS))
        .isEqualTo(List.of(List.of(5, 6), List.of(7)));
  }

  @Test
  void decoding_otherLists_areRead() {
    Decoding decoding =
        parse(
            "--sequence-bias",
            "[[[5,6],-1.5],[[7],2]]",
            "--exponential-decay-length-penalty",
            "20,1.05",
            "--stop-strings",
            "a b",
            "--stop-strings",
            "c,d");

    assertThat(decoding.get(DecodingOption.SEQUENCE_BIAS))
        .isEqualTo(Map.of(List.of(5, 6), -1.5, List.of(7), 2.0));
    assertThat(decoding.get(DecodingOption.EXPONENTIAL_DECAY_LENGTH_PENALTY))
        .contains(new DecodingOption.ExponentialDecay(20, 1.05));
    assertThat(decoding.get(DecodingOption.STOP_STRINGS)).containsExactly("a b", "c,d");
  }

  @Test
  void decoding_seed_beginsTheSameEachTime() {
    Decoding decoding = parse("--do-sample --seed 7");

    assertThat(decoding.get(DecodingOption.RANDOM).get().nextLong())
        .isEqualTo(decoding.get(DecodingOption.RANDOM).get().nextLong());
    assertThat(parse("--do-sample").find(DecodingOption.RANDOM)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--num-beams|0|num_beams to be at least 1",
        "--temperature|0|temperature to be a finite number above 0",
        "--top-p|1.5|top_p to be 0 to 1",
        "--suppress-tokens|-1|suppress_tokens to be ids",
        "--bad-words-ids|x|--bad-words-ids like",
        "--bad-words-ids|5;;6|--bad-words-ids like",
        "--bad-words-ids|[5]|--bad-words-ids like",
        "--bad-words-ids|[[-5]]|--bad-words-ids like",
        "--bad-words-ids|[[5]] 6|--bad-words-ids like",
        "--sequence-bias|{}|--sequence-bias like",
        "--sequence-bias|[[[5]]]|--sequence-bias like",
        "--sequence-bias|[[[], 1]]|--sequence-bias like",
        "--exponential-decay-length-penalty|5|like 20,1.05",
        "--exponential-decay-length-penalty|5,0|like 20,1.05",
        "--exponential-decay-length-penalty|a,b|like 20,1.05"
      })
  void decoding_badValue_saysWhatIsExpected(String option, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(option, value))
        .withMessageContaining(message)
        .withMessageContaining("found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--num-beams x", "--early-stopping always", "--seed 1.5", "--top-k"})
  void parse_notOfTheType_isRefused(String arguments) {
    assertThatThrownBy(() -> parse(arguments)).isInstanceOf(ParameterException.class);
  }

  private static Decoding parse(String arguments) {
    return parse(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
  }

  private static Decoding parse(String... arguments) {
    TestCommand command = new TestCommand();
    new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return command.options.decoding();
  }
}

package dev.aligner.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One thing to choose about {@link Decoding}, with the name, meaning and default that {@code
 * GenerationConfig} of transformers gives it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <T> the type of its values
 */
public final class DecodingOption<T> {

  private static final List<DecodingOption<?>> ALL = new ArrayList<>();

  private static final Check<Double> FINITE = new Check<>(Double::isFinite, "a finite number");
  private static final Check<Double> POSITIVE =
      new Check<>(x -> x > 0 && Double.isFinite(x), "a finite number above 0");
  private static final Check<Double> PROBABILITY = new Check<>(x -> x >= 0 && x <= 1, "0 to 1");
  private static final Check<Double> SHARE =
      new Check<>(x -> x > 0 && x <= 1, "above 0, at most 1");
  private static final Check<Double> CUTOFF =
      new Check<>(x -> x >= 0 && x < 1, "0 or more, below 1");
  private static final Check<Integer> NOT_NEGATIVE = new Check<>(x -> x >= 0, "0 or more");
  private static final Check<Integer> AT_LEAST_1 = new Check<>(x -> x >= 1, "at least 1");
  private static final Check<Set<Integer>> TOKEN_IDS =
      new Check<>(ids -> ids.stream().allMatch(id -> id >= 0), "ids of 0 or more");

  /** Beams of beam search. Default: 1, which is greedy search or sampling. */
  public static final DecodingOption<Integer> NUM_BEAMS = option("num_beams", 1, AT_LEAST_1);

  /** Whether tokens are drawn at random rather than the best taken. Default: false. */
  public static final DecodingOption<Boolean> DO_SAMPLE = option("do_sample", false);

  /**
   * The power of the length that the score of a beam is divided by; the score is negative, so above
   * 0 prefers long outputs. Default: 1.
   */
  public static final DecodingOption<Double> LENGTH_PENALTY = option("length_penalty", 1.0, FINITE);

  /** When beam search gives up on open beams. Default: {@link EarlyStopping#FALSE}. */
  public static final DecodingOption<EarlyStopping> EARLY_STOPPING =
      option("early_stopping", EarlyStopping.FALSE);

  /** Outputs for each prompt, the best first; at most the beams of beam search. Default: 1. */
  public static final DecodingOption<Integer> NUM_RETURN_SEQUENCES =
      option("num_return_sequences", 1, AT_LEAST_1);

  /** Divisor of the logits in sampling. Default: 1. */
  public static final DecodingOption<Double> TEMPERATURE = option("temperature", 1.0, POSITIVE);

  /** So many ids of the highest scores are kept in sampling. Default: 50; 0 keeps all. */
  public static final DecodingOption<Integer> TOP_K = option("top_k", 50, NOT_NEGATIVE);

  /** The likeliest ids of this total probability are kept in sampling. Default: 1. */
  public static final DecodingOption<Double> TOP_P = option("top_p", 1.0, PROBABILITY);

  /** Ids of at least this share of the highest probability are kept in sampling. Default: 0. */
  public static final DecodingOption<Double> MIN_P = option("min_p", 0.0, PROBABILITY);

  /** Locally typical ids of this total probability are kept in sampling. Default: 1. */
  public static final DecodingOption<Double> TYPICAL_P = option("typical_p", 1.0, SHARE);

  /** Ids of at least this probability are kept in sampling. Default: 0. */
  public static final DecodingOption<Double> EPSILON_CUTOFF = option("epsilon_cutoff", 0.0, CUTOFF);

  /** The cutoff of eta sampling, which the entropy lowers. Default: 0. */
  public static final DecodingOption<Double> ETA_CUTOFF = option("eta_cutoff", 0.0, CUTOFF);

  /**
   * What the logit of an id loses for each time it was written, as in the API of OpenAI; the
   * evaluation of arXiv 2402.02416 took 1.2. Not in transformers; applied before what sampling
   * does. Default: 0.
   */
  public static final DecodingOption<Double> FREQUENCY_PENALTY =
      option("frequency_penalty", 0.0, FINITE);

  /** What the logit of an id loses once it was written, as in OpenAI's API. Default: 0. */
  public static final DecodingOption<Double> PRESENCE_PENALTY =
      option("presence_penalty", 0.0, FINITE);

  /** The scores of ids that the decoder has read are divided by this if positive. Default: 1. */
  public static final DecodingOption<Double> REPETITION_PENALTY =
      option("repetition_penalty", 1.0, POSITIVE);

  /**
   * The scores of ids that stand in the prompt are multiplied if positive; in beam search those of
   * the best beam alone, as in transformers. Default: 1.
   */
  public static final DecodingOption<Double> ENCODER_REPETITION_PENALTY =
      option("encoder_repetition_penalty", 1.0, POSITIVE);

  /** No sequence of so many ids is written twice. Default: 0, which turns it off. */
  public static final DecodingOption<Integer> NO_REPEAT_NGRAM_SIZE =
      option("no_repeat_ngram_size", 0, NOT_NEGATIVE);

  /** No sequence of so many ids of the prompt is written. Default: 0, which turns it off. */
  public static final DecodingOption<Integer> ENCODER_NO_REPEAT_NGRAM_SIZE =
      option("encoder_no_repeat_ngram_size", 0, NOT_NEGATIVE);

  /** Sequences of ids that are never written. Default: none. */
  public static final DecodingOption<List<List<Integer>>> BAD_WORDS_IDS =
      option(
          "bad_words_ids",
          List.of(),
          new Check<>(
              words -> words.stream().noneMatch(List::isEmpty), "sequences of ids, none empty"));

  /** What is added to the score of the last id of a sequence that may follow. Default: none. */
  public static final DecodingOption<Map<List<Integer>, Double>> SEQUENCE_BIAS =
      option(
          "sequence_bias",
          Map.of(),
          new Check<>(
              bias -> bias.keySet().stream().noneMatch(List::isEmpty),
              "sequences of ids, none empty"));

  /** The length below which no output ends; it counts what the decoder began with. Default: 0. */
  public static final DecodingOption<Integer> MIN_LENGTH = option("min_length", 0, NOT_NEGATIVE);

  /** So many ids are written before an output ends. Default: 0. */
  public static final DecodingOption<Integer> MIN_NEW_TOKENS =
      option("min_new_tokens", 0, NOT_NEGATIVE);

  /** The id that is written first. Default: none. */
  public static final DecodingOption<OptionalInt> FORCED_BOS_TOKEN_ID =
      option(
          "forced_bos_token_id",
          OptionalInt.empty(),
          new Check<>(id -> id.orElse(0) >= 0, "an id of 0 or more"));

  /** The ids of which one is written last, at the limit of the length. Default: none. */
  public static final DecodingOption<Set<Integer>> FORCED_EOS_TOKEN_ID =
      option("forced_eos_token_id", Set.of(), TOKEN_IDS);

  /** Ids that are never written. Default: none. */
  public static final DecodingOption<Set<Integer>> SUPPRESS_TOKENS =
      option("suppress_tokens", Set.of(), TOKEN_IDS);

  /** Ids that are not written first. Default: none. */
  public static final DecodingOption<Set<Integer>> BEGIN_SUPPRESS_TOKENS =
      option("begin_suppress_tokens", Set.of(), TOKEN_IDS);

  /** How the end of an output becomes likelier with its length. Default: not at all. */
  public static final DecodingOption<Optional<ExponentialDecay>> EXPONENTIAL_DECAY_LENGTH_PENALTY =
      option("exponential_decay_length_penalty", Optional.empty());

  /** Whether NaN and infinite scores become finite ones. Default: false. */
  public static final DecodingOption<Boolean> REMOVE_INVALID_VALUES =
      option("remove_invalid_values", false);

  /** Whether the scores are normalised to log-probabilities after all else. Default: false. */
  public static final DecodingOption<Boolean> RENORMALIZE_LOGITS =
      option("renormalize_logits", false);

  /** The ids that end an output. Default: those of the model, which an empty set stands for. */
  public static final DecodingOption<Set<Integer>> EOS_TOKEN_ID =
      option("eos_token_id", Set.of(), TOKEN_IDS);

  /** Texts that end an output, which holds them still; special tokens count. Default: none. */
  public static final DecodingOption<List<String>> STOP_STRINGS =
      option(
          "stop_strings",
          List.of(),
          new Check<>(texts -> texts.stream().noneMatch(String::isEmpty), "texts, none empty"));

  /** Processors of the user's, which run after the others and before sampling. Default: none. */
  public static final DecodingOption<List<LogitsProcessor>> LOGITS_PROCESSOR =
      option("logits_processor", List.of());

  /**
   * Where the random numbers of sampling come from; asked once for each prompt, so that none
   * depends on what it is generated beside. Default: {@link RandomGenerator#getDefault()}, seeded
   * anew. {@link Decoding#withSeed} is short for a generator that begins with the same seed in each
   * generation.
   */
  public static final DecodingOption<Supplier<RandomGenerator>> RANDOM =
      option("random", () -> RandomGeneratorFactory.getDefault().create());

  /**
   * The exponential decay of {@link #EXPONENTIAL_DECAY_LENGTH_PENALTY}.
   *
   * @param startIndex written ids after which the score of the end begins to grow; 0 or more
   * @param factor by what power it grows with each further id; above 0
   */
  public record ExponentialDecay(int startIndex, double factor) {

    /** Checks. */
    public ExponentialDecay {
      if (startIndex < 0 || !(factor > 0) || !Double.isFinite(factor)) {
        throw new IllegalArgumentException(
            "expected a start of 0 or more and a finite factor above 0; found "
                + startIndex
                + " and "
                + factor);
      }
    }
  }

  private final String name;
  private final T defaultValue;
  private final Check<T> check;

  private DecodingOption(String name, T defaultValue, Check<T> check) {
    this.name = name;
    this.defaultValue = defaultValue;
    this.check = check;
  }

  private static <T> DecodingOption<T> option(String name, T defaultValue) {
    return option(name, defaultValue, new Check<>(value -> true, "any value"));
  }

  private static <T> DecodingOption<T> option(String name, T defaultValue, Check<T> check) {
    DecodingOption<T> option = new DecodingOption<>(name, defaultValue, check);
    ALL.add(option);
    return option;
  }

  /**
   * Returns all options.
   *
   * @return an unmodifiable list
   */
  public static List<DecodingOption<?>> all() {
    return Collections.unmodifiableList(ALL);
  }

  /**
   * Returns the name.
   *
   * @return the name in transformers, such as {@code num_beams}
   */
  public String name() {
    return name;
  }

  /**
   * Returns the value that an option has where nobody sets it.
   *
   * @return the default of transformers
   */
  public T defaultValue() {
    return defaultValue;
  }

  /**
   * Tells which values are allowed.
   *
   * @return a phrase such as {@code at least 1}
   */
  public String allowed() {
    return check.expected;
  }

  /**
   * Checks a value.
   *
   * @param value the value
   * @return the value
   * @throws IllegalArgumentException if the option does not allow it
   */
  T checked(T value) {
    if (!check.holds.test(value)) {
      throw new IllegalArgumentException(
          "expected " + name + " to be " + check.expected + "; found " + value);
    }
    return value;
  }

  @Override
  public String toString() {
    return name;
  }

  /** What the values of an option have in common. */
  private record Check<T>(Predicate<T> holds, String expected) {}
}

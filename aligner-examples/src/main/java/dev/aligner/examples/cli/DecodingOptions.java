package dev.aligner.examples.cli;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say how tokens are chosen. Each has the name of its {@link DecodingOption}, that
 * of transformers, with dashes; what is not given is left to the model.
 */
final class DecodingOptions {

  @Option(
      names = "--greedy",
      description = "Begin from greedy search, whatever generation_config.json says.")
  private boolean greedy;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the random numbers.")
  private @Nullable Long seed;

  @Option(names = "--num-beams", paramLabel = "N", description = "Beams of beam search.")
  private @Nullable Integer numBeams;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description = "Above 0 prefers long outputs of beam search.")
  private @Nullable Double lengthPenalty;

  @Option(
      names = "--early-stopping",
      paramLabel = "WHEN",
      description = "When beam search gives up: true, false or never.")
  private @Nullable EarlyStopping earlyStopping;

  @Option(
      names = "--num-return-sequences",
      paramLabel = "N",
      description = "Outputs for each prompt, the best first.")
  private @Nullable Integer numReturnSequences;

  @Option(
      names = "--do-sample",
      negatable = true,
      description = "Draw tokens at random rather than take the best.")
  private @Nullable Boolean doSample;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Divisor of the logits in sampling.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "So many tokens are kept in sampling; 0 keeps all.")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "The likeliest tokens of this probability are kept.")
  private @Nullable Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Tokens of this share of the best probability are kept.")
  private @Nullable Double minP;

  @Option(
      names = "--typical-p",
      paramLabel = "P",
      description = "Typical tokens of this probability are kept.")
  private @Nullable Double typicalP;

  @Option(
      names = "--epsilon-cutoff",
      paramLabel = "P",
      description = "Tokens of at least this probability are kept.")
  private @Nullable Double epsilonCutoff;

  @Option(names = "--eta-cutoff", paramLabel = "P", description = "The cutoff of eta sampling.")
  private @Nullable Double etaCutoff;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      description = "What a logit loses each time its token is written.")
  private @Nullable Double frequencyPenalty;

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      description = "What a logit loses once its token is written.")
  private @Nullable Double presencePenalty;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Above 1 avoids tokens that were read or written.")
  private @Nullable Double repetitionPenalty;

  @Option(
      names = "--encoder-repetition-penalty",
      paramLabel = "X",
      description = "Above 1 prefers tokens of the prompt.")
  private @Nullable Double encoderRepetitionPenalty;

  @Option(
      names = "--no-repeat-ngram-size",
      paramLabel = "N",
      description = "No N tokens are written twice in a row.")
  private @Nullable Integer noRepeatNgramSize;

  @Option(
      names = "--encoder-no-repeat-ngram-size",
      paramLabel = "N",
      description = "No N tokens of the prompt are written in a row.")
  private @Nullable Integer encoderNoRepeatNgramSize;

  @Option(
      names = "--bad-words-ids",
      paramLabel = "IDS",
      description = "Sequences that are never written: \"5,6;7\" or [[5,6],[7]].")
  private @Nullable String badWordsIds;

  @Option(
      names = "--sequence-bias",
      paramLabel = "JSON",
      description = "What sequences gain: [[[5,6],-1.5],[[7],2.0]].")
  private @Nullable String sequenceBias;

  @Option(
      names = "--min-length",
      paramLabel = "N",
      description = "No output ends below this length, start included.")
  private @Nullable Integer minLength;

  @Option(
      names = "--min-new-tokens",
      paramLabel = "N",
      description = "So many tokens are written before an output ends.")
  private @Nullable Integer minNewTokens;

  @Option(
      names = "--exponential-decay-length-penalty",
      paramLabel = "START,FACTOR",
      description = "From START on, the end becomes likelier.")
  private @Nullable String exponentialDecayLengthPenalty;

  @Option(
      names = "--eos-token-id",
      split = ",",
      paramLabel = "ID",
      description = "Tokens that end an output.")
  private @Nullable Set<Integer> eosTokenId;

  @Option(
      names = "--stop-strings",
      paramLabel = "TEXT",
      description = "Text that ends an output; may be repeated.")
  private @Nullable List<String> stopStrings;

  @Option(
      names = "--forced-bos-token-id",
      paramLabel = "ID",
      description = "Token that is written first.")
  private @Nullable Integer forcedBosTokenId;

  @Option(
      names = "--forced-eos-token-id",
      split = ",",
      paramLabel = "ID",
      description = "Tokens of which one is written last.")
  private @Nullable Set<Integer> forcedEosTokenId;

  @Option(
      names = "--suppress-tokens",
      split = ",",
      paramLabel = "ID",
      description = "Tokens that are never written.")
  private @Nullable Set<Integer> suppressTokens;

  @Option(
      names = "--begin-suppress-tokens",
      split = ",",
      paramLabel = "ID",
      description = "Tokens that are not written first.")
  private @Nullable Set<Integer> beginSuppressTokens;

  @Option(
      names = "--remove-invalid-values",
      negatable = true,
      description = "Make NaN and infinite scores finite.")
  private @Nullable Boolean removeInvalidValues;

  @Option(
      names = "--renormalize-logits",
      negatable = true,
      description = "Normalise the scores after all else.")
  private @Nullable Boolean renormalizeLogits;

  /** Tells whether the options stand for themselves, and not over those of the model. */
  boolean greedy() {
    return greedy;
  }

  /**
   * Returns the decoding that was asked for.
   *
   * @throws IllegalArgumentException if an option has a value that it cannot have
   */
  Decoding decoding() {
    Chosen chosen = new Chosen(greedy ? Decoding.greedy() : Decoding.ofModel());
    readSearch(chosen);
    readSampling(chosen);
    readPenalties(chosen);
    readLengths(chosen);
    readTokens(chosen);
    return seed == null ? chosen.decoding : chosen.decoding.withSeed(seed);
  }

  private void readSearch(Chosen chosen) {
    chosen.set(DecodingOption.NUM_BEAMS, numBeams);
    chosen.set(DecodingOption.LENGTH_PENALTY, lengthPenalty);
    chosen.set(DecodingOption.EARLY_STOPPING, earlyStopping);
    chosen.set(DecodingOption.NUM_RETURN_SEQUENCES, numReturnSequences);
    chosen.set(DecodingOption.DO_SAMPLE, doSample);
  }

  private void readSampling(Chosen chosen) {
    chosen.set(DecodingOption.TEMPERATURE, temperature);
    chosen.set(DecodingOption.TOP_K, topK);
    chosen.set(DecodingOption.TOP_P, topP);
    chosen.set(DecodingOption.MIN_P, minP);
    chosen.set(DecodingOption.TYPICAL_P, typicalP);
    chosen.set(DecodingOption.EPSILON_CUTOFF, epsilonCutoff);
    chosen.set(DecodingOption.ETA_CUTOFF, etaCutoff);
  }

  private void readPenalties(Chosen chosen) {
    chosen.set(DecodingOption.FREQUENCY_PENALTY, frequencyPenalty);
    chosen.set(DecodingOption.PRESENCE_PENALTY, presencePenalty);
    chosen.set(DecodingOption.REPETITION_PENALTY, repetitionPenalty);
    chosen.set(DecodingOption.ENCODER_REPETITION_PENALTY, encoderRepetitionPenalty);
    chosen.set(DecodingOption.NO_REPEAT_NGRAM_SIZE, noRepeatNgramSize);
    chosen.set(DecodingOption.ENCODER_NO_REPEAT_NGRAM_SIZE, encoderNoRepeatNgramSize);
    if (badWordsIds != null) {
      chosen.set(DecodingOption.BAD_WORDS_IDS, DecodingValues.sequences(badWordsIds));
    }
    if (sequenceBias != null) {
      chosen.set(DecodingOption.SEQUENCE_BIAS, DecodingValues.biases(sequenceBias));
    }
  }

  private void readLengths(Chosen chosen) {
    chosen.set(DecodingOption.MIN_LENGTH, minLength);
    chosen.set(DecodingOption.MIN_NEW_TOKENS, minNewTokens);
    if (exponentialDecayLengthPenalty != null) {
      chosen.set(
          DecodingOption.EXPONENTIAL_DECAY_LENGTH_PENALTY,
          Optional.of(DecodingValues.decay(exponentialDecayLengthPenalty)));
    }
    chosen.set(DecodingOption.EOS_TOKEN_ID, eosTokenId);
    chosen.set(DecodingOption.STOP_STRINGS, stopStrings);
  }

  private void readTokens(Chosen chosen) {
    if (forcedBosTokenId != null) {
      chosen.set(DecodingOption.FORCED_BOS_TOKEN_ID, OptionalInt.of(forcedBosTokenId));
    }
    chosen.set(DecodingOption.FORCED_EOS_TOKEN_ID, forcedEosTokenId);
    chosen.set(DecodingOption.SUPPRESS_TOKENS, suppressTokens);
    chosen.set(DecodingOption.BEGIN_SUPPRESS_TOKENS, beginSuppressTokens);
    chosen.set(DecodingOption.REMOVE_INVALID_VALUES, removeInvalidValues);
    chosen.set(DecodingOption.RENORMALIZE_LOGITS, renormalizeLogits);
  }

  /** A decoding in the making. */
  private static final class Chosen {
    private Decoding decoding;

    Chosen(Decoding decoding) {
      this.decoding = decoding;
    }

    <T> void set(DecodingOption<T> option, @Nullable T value) {
      if (value != null) {
        decoding = decoding.with(option, value);
      }
    }
  }
}

package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.LogitsProcessor;
import dev.aligner.onnx.internal.decode.SearchRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which processors a prompt needs, and their order: that of {@code _get_logits_processor} in
 * transformers 4.57.6, with the frequency and presence penalties, which it lacks, between its own
 * and the user's.
 *
 * <p>A prompt is judged alone, as in a batch of one: padding never counts as read. The length that
 * processors see begins with the prompt of a decoder alone, and with the one start token of an
 * encoder-decoder. "Encoder" processors look at the prompt in both cases, as in transformers.
 */
final class ProcessorPlan {

  private final List<LogitsProcessor> processors = new ArrayList<>();
  private final Decoding decoding;
  private final int[] prompt;
  private final int promptLength;
  private final int maxLength;
  private final Set<Integer> eosIds;
  private final int vocabSize;

  private ProcessorPlan(SearchRequest request, int index, Decoding decoding) {
    this.decoding = decoding;
    prompt = request.prompts().get(index);
    promptLength = request.encoderDecoder() ? 1 : prompt.length;
    maxLength = afterPrompt(request.maxNewTokens().get(index));
    eosIds = request.eosTokenIds();
    vocabSize = request.vocabSize();
  }

  /** Returns the processors of a prompt. */
  static List<LogitsProcessor> of(SearchRequest request, int index) {
    return of(new ProcessorPlan(request, index, request.decoding()));
  }

  /** Returns the processors of all beams of a prompt but the best. */
  static List<LogitsProcessor> ofLaterBeams(SearchRequest request, int index) {
    Decoding decoding = request.decoding().with(DecodingOption.ENCODER_REPETITION_PENALTY, 1.0);
    return of(new ProcessorPlan(request, index, decoding));
  }

  private static List<LogitsProcessor> of(ProcessorPlan plan) {
    plan.addBias();
    plan.addRepetition();
    plan.addBadWords();
    plan.addMinLength();
    plan.addForced();
    plan.addEnd();
    plan.addSuppressed();
    plan.addWritten();
    plan.addUsers();
    if (plan.decoding.get(DecodingOption.DO_SAMPLE)) {
      plan.processors.addAll(SamplingPlan.of(plan.decoding, plan.eosIds.size()));
    }
    if (plan.decoding.get(DecodingOption.RENORMALIZE_LOGITS)) {
      plan.processors.add(new Normalization());
    }
    return plan.processors;
  }

  private void addBias() {
    Map<List<Integer>, Double> bias = decoding.get(DecodingOption.SEQUENCE_BIAS);
    if (!bias.isEmpty()) {
      bias.keySet().forEach(ids -> check(DecodingOption.SEQUENCE_BIAS, ids));
      processors.add(new SequenceBias(bias));
    }
  }

  private void addRepetition() {
    double encoderPenalty = decoding.get(DecodingOption.ENCODER_REPETITION_PENALTY);
    if (encoderPenalty != 1) {
      processors.add(RepetitionPenalty.ofPrompt(1 / encoderPenalty, prompt));
    }
    double penalty = decoding.get(DecodingOption.REPETITION_PENALTY);
    if (penalty != 1) {
      processors.add(RepetitionPenalty.ofRead(penalty));
    }
    int ngramSize = decoding.get(DecodingOption.NO_REPEAT_NGRAM_SIZE);
    if (ngramSize > 0) {
      processors.add(NoRepeatNgram.ofRead(ngramSize));
    }
    int encoderNgramSize = decoding.get(DecodingOption.ENCODER_NO_REPEAT_NGRAM_SIZE);
    if (encoderNgramSize > 0) {
      processors.add(NoRepeatNgram.ofPrompt(encoderNgramSize, prompt));
    }
  }

  /** Bad words are a bias of minus infinity; an end-of-sequence token alone is none of them. */
  private void addBadWords() {
    Map<List<Integer>, Double> bias = new HashMap<>();
    for (List<Integer> word : decoding.get(DecodingOption.BAD_WORDS_IDS)) {
      if (word.size() > 1 || !eosIds.contains(word.get(0))) {
        check(DecodingOption.BAD_WORDS_IDS, word);
        bias.put(word, Double.NEGATIVE_INFINITY);
      }
    }
    if (!bias.isEmpty()) {
      processors.add(new SequenceBias(bias));
    }
  }

  /**
   * As in transformers, {@code min_new_tokens} replaces {@code min_length} if it was set at all.
   */
  private void addMinLength() {
    int minLength =
        decoding
            .find(DecodingOption.MIN_NEW_TOKENS)
            .map(this::afterPrompt)
            .orElse(decoding.get(DecodingOption.MIN_LENGTH));
    if (minLength > 0 && !eosIds.isEmpty()) {
      processors.add(SuppressedTokens.below(minLength, eosIds));
    }
  }

  private void addForced() {
    decoding
        .get(DecodingOption.FORCED_BOS_TOKEN_ID)
        .ifPresent(
            id -> {
              check(DecodingOption.FORCED_BOS_TOKEN_ID, List.of(id));
              processors.add(new ForcedTokens(1, Set.of(id)));
            });
    Set<Integer> lastIds = decoding.get(DecodingOption.FORCED_EOS_TOKEN_ID);
    if (!lastIds.isEmpty()) {
      check(DecodingOption.FORCED_EOS_TOKEN_ID, lastIds);
      processors.add(new ForcedTokens(maxLength - 1, lastIds));
    }
  }

  private void addEnd() {
    if (decoding.get(DecodingOption.REMOVE_INVALID_VALUES)) {
      processors.add(new InvalidValues());
    }
    decoding
        .get(DecodingOption.EXPONENTIAL_DECAY_LENGTH_PENALTY)
        .ifPresent(
            decay -> {
              if (!eosIds.isEmpty()) {
                int start = afterPrompt(decay.startIndex());
                processors.add(new LengthDecay(start, decay.factor(), eosIds));
              }
            });
  }

  private void addSuppressed() {
    Set<Integer> never = decoding.get(DecodingOption.SUPPRESS_TOKENS);
    if (!never.isEmpty()) {
      processors.add(SuppressedTokens.always(never));
    }
    Set<Integer> notFirst = decoding.get(DecodingOption.BEGIN_SUPPRESS_TOKENS);
    if (!notFirst.isEmpty()) {
      boolean forcedBos = decoding.get(DecodingOption.FORCED_BOS_TOKEN_ID).isPresent();
      int begin = promptLength > 1 || !forcedBos ? promptLength : promptLength + 1;
      processors.add(SuppressedTokens.at(begin, notFirst));
    }
  }

  private void addWritten() {
    double frequency = decoding.get(DecodingOption.FREQUENCY_PENALTY);
    double presence = decoding.get(DecodingOption.PRESENCE_PENALTY);
    if (frequency != 0 || presence != 0) {
      processors.add(new WrittenPenalty(promptLength, frequency, presence));
    }
  }

  /** A user's processor gets a view of its own, so that moving it is seen by nobody else. */
  private void addUsers() {
    for (LogitsProcessor processor : decoding.get(DecodingOption.LOGITS_PROCESSOR)) {
      processors.add(
          (inputIds, scores) -> processor.process(inputIds.asReadOnlyBuffer().rewind(), scores));
    }
  }

  private int afterPrompt(int tokens) {
    return (int) Math.min((long) promptLength + tokens, Integer.MAX_VALUE);
  }

  private void check(DecodingOption<?> option, Iterable<Integer> ids) {
    for (int id : ids) {
      if (id < 0 || id >= vocabSize) {
        throw new IllegalArgumentException(
            "expected ids of "
                + option.name()
                + " to be those of the vocabulary, 0 to "
                + (vocabSize - 1)
                + "; found "
                + id);
      }
    }
  }
}

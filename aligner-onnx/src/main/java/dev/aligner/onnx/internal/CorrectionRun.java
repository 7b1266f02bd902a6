package dev.aligner.onnx.internal;

import dev.aligner.Correction;
import dev.aligner.CorrectionCandidate;
import dev.aligner.CorrectionRequest;
import dev.aligner.CorrectionUsage;
import dev.aligner.FinishReason;
import dev.aligner.LimitExceededException;
import dev.aligner.SkipReason;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.Segmentation;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecodedRow;
import dev.aligner.onnx.internal.decode.DraftUsage;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.segment.Piece;
import dev.aligner.onnx.internal.segment.Segmenter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The way of one correction: cut the answer, render and encode a prompt for each piece, generate,
 * and put the pieces together again.
 *
 * @param engine the model
 * @param prompts makes prompts as it was trained on
 * @param segmentation how answers are cut
 * @param settings how tokens are chosen, and how many there may be
 * @param whenExceeded what happens to answers over a limit
 */
public record CorrectionRun(
    Engine engine,
    PromptMaker prompts,
    Segmentation segmentation,
    GenerationSettings settings,
    Limits.WhenExceeded whenExceeded) {

  /** When a correction began, by {@link System#nanoTime}, and how much of it was waiting. */
  private record Clock(long start, long waitedNanos) {}

  /** So many answers of a list are encoded at a time. */
  private static final int WAVE = 256;

  /**
   * Takes the model with a LoRA adapter.
   *
   * @param name the name of an adapter that is loaded
   * @return a run that differs from this one in the adapter alone
   * @throws IllegalArgumentException if there is no such adapter
   */
  public CorrectionRun withLoraAdapter(String name) {
    Optional<String> adapter = Optional.of(engine.requireLoraAdapter(name));
    return new CorrectionRun(
        engine, prompts, segmentation, settings.withLoraAdapter(adapter), whenExceeded);
  }

  /**
   * Corrects one answer.
   *
   * @param request the question and the answer
   * @param call the call this is part of
   * @return the correction
   */
  public Correction correct(CorrectionRequest request, Cancellation call) {
    long start = System.nanoTime();
    PreparedAnswer answer = prepare(request, call);
    if (answer.settled() != null) {
      return answer.settled();
    }
    List<Written> result =
        engine.generate(answer.prompts(), answer.drafts(), settings, TokenListener.NONE, call);
    return assemble(answer, result, new Clock(start, call.waitedNanos()), whenExceeded);
  }

  /**
   * Corrects one answer and delivers its text while it is written. Searches that take tokens back
   * deliver it in the end.
   *
   * @param request the question and the answer
   * @param onText hears of the text
   * @param call the call this is part of
   * @return the correction; its text is what was delivered
   * @throws LimitExceededException if the correction is longer than a limit, whatever the policy:
   *     what was delivered cannot be taken back
   */
  public Correction correct(CorrectionRequest request, Consumer<String> onText, Cancellation call) {
    long start = System.nanoTime();
    PreparedAnswer answer = prepare(request, call);
    if (answer.settled() != null) {
      deliver(answer.settled().text(), onText);
      return answer.settled();
    }
    if (!engine.writesForGood(settings)) {
      List<Written> result =
          engine.generate(answer.prompts(), answer.drafts(), settings, TokenListener.NONE, call);
      Clock clock = new Clock(start, call.waitedNanos());
      Correction correction = assemble(answer, result, clock, whenExceeded);
      deliver(correction.text(), onText);
      return correction;
    }
    StreamedAnswer streamed =
        new StreamedAnswer(
            answer.pieces(),
            prompts.outputPrefix(),
            engine.tokenizer()::streamingDecoder,
            engine.eosTokenIds(settings),
            onText);
    List<Written> result =
        engine.generate(answer.prompts(), answer.drafts(), settings, streamed::onToken, call);
    Clock clock = new Clock(start, call.waitedNanos());
    Correction correction = assemble(answer, result, clock, Limits.WhenExceeded.FAIL);
    streamed.finish();
    return correction;
  }

  private static void deliver(String text, Consumer<String> onText) {
    if (!text.isEmpty()) {
      onText.accept(text);
    }
  }

  /**
   * Corrects many answers, as many at a time as the engine puts together. Whatever goes wrong with
   * one of them is its own outcome.
   *
   * @param requests the questions and the answers
   * @param call the call this is part of
   * @return a correction for each request, in their order
   */
  public List<Correction> correctAll(List<CorrectionRequest> requests, Cancellation call) {
    List<Correction> all = new ArrayList<>(requests.size());
    for (int from = 0; from < requests.size(); from += WAVE) {
      all.addAll(wave(requests.subList(from, Math.min(requests.size(), from + WAVE)), call));
    }
    return all;
  }

  private List<Correction> wave(List<CorrectionRequest> requests, Cancellation call) {
    long start = System.nanoTime();
    List<PreparedAnswer> answers =
        requests.stream()
            .map(
                request -> {
                  try {
                    return prepare(request, call);
                  } catch (RuntimeException e) {
                    return PreparedAnswer.settled(Correction.failed(request, e));
                  }
                })
            .toList();
    List<int[]> all = answers.stream().flatMap(answer -> answer.prompts().stream()).toList();
    List<int[]> drafts = answers.stream().flatMap(answer -> answer.drafts().stream()).toList();
    List<Written> together;
    try {
      together = engine.generate(all, drafts, settings, TokenListener.NONE, call);
    } catch (RuntimeException e) {
      return requests.stream().map(r -> orFailed(r, () -> correct(r, call))).toList();
    }
    Clock clock = new Clock(start, call.waitedNanos());
    List<Correction> corrections = new ArrayList<>(requests.size());
    int next = 0;
    for (PreparedAnswer answer : answers) {
      int end = next + answer.prompts().size();
      List<Written> own = together.subList(next, end);
      next = end;
      Correction settled = answer.settled();
      corrections.add(
          settled != null
              ? settled
              : orFailed(answer.request(), () -> assemble(answer, own, clock, whenExceeded)));
    }
    return corrections;
  }

  private static Correction orFailed(CorrectionRequest request, Supplier<Correction> correction) {
    try {
      return correction.get();
    } catch (RuntimeException e) {
      return Correction.failed(request, e);
    }
  }

  private PreparedAnswer prepare(CorrectionRequest request, Cancellation call) {
    List<Piece> pieces = Segmenter.cut(request.answer(), segmentation);
    List<int[]> ids = new ArrayList<>();
    List<int[]> drafts = new ArrayList<>();
    for (Piece piece : pieces) {
      if (PreparedAnswer.isCorrected(piece)) {
        call.check();
        ids.add(prompts.ids(request.withAnswer(piece.text()), engine.tokenizer()));
        drafts.add(
            engine.draft(OutputText.leaving(piece.text(), prompts.outputPrefix()), settings));
      }
    }
    if (ids.isEmpty()) {
      return PreparedAnswer.settled(Correction.skipped(request, SkipReason.NOTHING_TO_CORRECT));
    }
    PreparedAnswer answer = new PreparedAnswer(request, pieces, ids, drafts, null);
    int longest = answer.longestPrompt();
    int limit = settings.budget().maxPromptTokens();
    return longest <= limit
        ? answer
        : PreparedAnswer.settled(
            overLimit(request, SkipReason.PROMPT_TOO_LONG, "prompt", limit, longest, whenExceeded));
  }

  private Correction assemble(
      PreparedAnswer answer, List<Written> result, Clock clock, Limits.WhenExceeded policy) {
    List<DecodedRow> best = result.stream().map(Written::best).toList();
    CorrectionUsage usage = usage(answer, best, Written.steps(result), clock);
    if (usage.finishReason().filter(FinishReason.LENGTH::equals).isPresent()) {
      int limit = settings.budget().maxNewTokens(answer.longestPrompt());
      return overLimit(
              answer.request(), SkipReason.OUTPUT_TOO_LONG, "correction", limit, limit + 1, policy)
          .withUsage(usage);
    }
    Correction correction = Correction.of(answer.request(), text(answer, best)).withUsage(usage);
    boolean severalWays = result.size() == 1 && result.get(0).outputs().size() > 1;
    return severalWays
        ? correction.withAlternatives(alternatives(answer, result.get(0).outputs()))
        : correction;
  }

  /** An output that was cut off is no correction. */
  private List<CorrectionCandidate> alternatives(PreparedAnswer answer, List<DecodedRow> rows) {
    return rows.stream()
        .filter(row -> row.finishReason() == FinishReason.STOP)
        .map(
            row ->
                new CorrectionCandidate(
                    text(answer, List.of(row)),
                    Double.isNaN(row.score())
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(row.score())))
        .toList();
  }

  private String text(PreparedAnswer answer, List<DecodedRow> rows) {
    List<Piece> corrected = answer.pieces().stream().filter(PreparedAnswer::isCorrected).toList();
    return answer.joined(
        IntStream.range(0, rows.size())
            .mapToObj(
                i ->
                    OutputText.of(
                        corrected.get(i).text(),
                        prompts.outputPrefix(),
                        engine.tokenizer().decode(rows.get(i).tokenIds())))
            .toList());
  }

  private static Correction overLimit(
      CorrectionRequest request,
      SkipReason reason,
      String what,
      int limit,
      int found,
      Limits.WhenExceeded policy) {
    if (policy == Limits.WhenExceeded.SKIP) {
      return Correction.skipped(request, reason);
    }
    throw new LimitExceededException(
        reason,
        limit,
        "the "
            + what
            + " is too long, and is never shortened: expected at most "
            + limit
            + " tokens, found at least "
            + found
            + ". Fix: shorten the answer, cut it into sentences by Segmentation.sentences(), or raise"
            + " the limit if the model has more positions");
  }

  private static CorrectionUsage usage(
      PreparedAnswer answer, List<DecodedRow> rows, int steps, Clock clock) {
    boolean cut = rows.stream().anyMatch(row -> row.finishReason() == FinishReason.LENGTH);
    DraftUsage drafts =
        rows.stream().map(DecodedRow::drafts).reduce(DraftUsage.NONE, DraftUsage::plus);
    return CorrectionUsage.builder(Duration.ofNanos(System.nanoTime() - clock.start))
        .waitingTime(Duration.ofNanos(clock.waitedNanos))
        .promptTokens(answer.prompts().stream().mapToInt(p -> p.length).sum())
        .outputTokenIds(rows.stream().flatMapToInt(row -> IntStream.of(row.tokenIds())).toArray())
        .modelSteps(steps)
        .draftedTokens(drafts.drafted(), drafts.accepted())
        .finishReason(cut ? FinishReason.LENGTH : FinishReason.STOP)
        .build();
  }
}

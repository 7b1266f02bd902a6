package dev.aligner.onnx.internal;

import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.CorrectionUsage;
import dev.aligner.FinishReason;
import dev.aligner.LimitExceededException;
import dev.aligner.Prompt;
import dev.aligner.PromptTemplate;
import dev.aligner.SkipReason;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.Segmentation;
import dev.aligner.onnx.internal.chat.ChatTemplate;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecodedRow;
import dev.aligner.onnx.internal.decode.GreedySearch;
import dev.aligner.onnx.internal.segment.Piece;
import dev.aligner.onnx.internal.segment.Segmenter;
import dev.aligner.onnx.internal.tokenize.HfTokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The way of one correction: cut the answer, render and encode a prompt for each piece, generate,
 * and put the pieces together again.
 *
 * @param engine the model
 * @param template what it was trained on
 * @param chat what stands around the template's text, if that is a user's turn
 * @param segmentation how answers are cut
 * @param budget how long prompts and outputs may be
 * @param whenExceeded what happens to those that are longer
 */
public record CorrectionRun(
    Engine engine,
    PromptTemplate template,
    Optional<ChatTemplate> chat,
    Segmentation segmentation,
    TokenBudget budget,
    Limits.WhenExceeded whenExceeded) {

  /**
   * Corrects one answer.
   *
   * @param request the question and the answer
   * @param call the call this is part of
   * @return the correction
   */
  public Correction correct(CorrectionRequest request, Cancellation call) {
    long start = System.nanoTime();
    List<Piece> pieces = Segmenter.cut(request.answer(), segmentation);
    List<String> originals =
        pieces.stream()
            .filter(piece -> piece.correctable() && !piece.text().isBlank())
            .map(Piece::text)
            .toList();
    if (originals.isEmpty()) {
      return Correction.skipped(request, SkipReason.NOTHING_TO_CORRECT);
    }
    List<int[]> prompts = new ArrayList<>(originals.size());
    for (String original : originals) {
      call.check();
      prompts.add(tokens(template.render(request.withAnswer(original))));
    }
    int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
    if (longest > budget.maxPromptTokens()) {
      return overLimit(
          request, SkipReason.PROMPT_TOO_LONG, "prompt", budget.maxPromptTokens(), longest);
    }
    GreedySearch.Result result = engine.generate(prompts, budget, call);
    CorrectionUsage usage = usage(prompts, result, start);
    if (usage.finishReason().filter(FinishReason.LENGTH::equals).isPresent()) {
      int limit = budget.maxNewTokens(longest);
      return overLimit(request, SkipReason.OUTPUT_TOO_LONG, "correction", limit, limit + 1)
          .withUsage(usage);
    }
    return Correction.of(request, join(pieces, texts(originals, result.rows()))).withUsage(usage);
  }

  private int[] tokens(Prompt prompt) {
    return chat.isPresent()
        ? engine.tokenizer().encode(chat.get().render(prompt), HfTokenizer.Around.NOTHING)
        : engine.tokenizer().encode(prompt);
  }

  private Correction overLimit(
      CorrectionRequest request, SkipReason reason, String what, int limit, int found) {
    if (whenExceeded == Limits.WhenExceeded.SKIP) {
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

  private List<String> texts(List<String> originals, List<DecodedRow> rows) {
    return IntStream.range(0, rows.size())
        .mapToObj(i -> text(originals.get(i), engine.tokenizer().decode(rows.get(i).tokenIds())))
        .toList();
  }

  /**
   * A model may begin with a space, and templates strip outer whitespace in training; so whitespace
   * around an output means nothing, and an output that is the original but for that is the
   * original.
   */
  private String text(String original, String output) {
    String text = output.strip();
    String prefix = template.outputPrefix().strip();
    if (!prefix.isEmpty() && text.startsWith(prefix)) {
      text = text.substring(prefix.length()).strip();
    }
    return text.equals(original.strip()) ? original : text;
  }

  private static String join(List<Piece> pieces, List<String> texts) {
    StringBuilder joined = new StringBuilder();
    int next = 0;
    for (Piece piece : pieces) {
      boolean corrected = piece.correctable() && !piece.text().isBlank();
      joined.append(corrected ? texts.get(next++) : piece.text());
    }
    return joined.toString();
  }

  private static CorrectionUsage usage(
      List<int[]> prompts, GreedySearch.Result result, long start) {
    boolean cut = result.rows().stream().anyMatch(row -> row.finishReason() == FinishReason.LENGTH);
    return CorrectionUsage.builder(Duration.ofNanos(System.nanoTime() - start))
        .promptTokens(prompts.stream().mapToInt(p -> p.length).sum())
        .outputTokenIds(
            result.rows().stream().flatMapToInt(row -> IntStream.of(row.tokenIds())).toArray())
        .modelSteps(result.steps())
        .finishReason(cut ? FinishReason.LENGTH : FinishReason.STOP)
        .build();
  }
}

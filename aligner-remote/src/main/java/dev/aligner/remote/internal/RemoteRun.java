package dev.aligner.remote.internal;

import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.CorrectionUsage;
import dev.aligner.FinishReason;
import dev.aligner.LimitExceededException;
import dev.aligner.PromptTemplate;
import dev.aligner.SkipReason;
import dev.aligner.internal.OutputText;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The way of one correction: render the prompt, wait for a place, ask the server, again if need be,
 * and make an answer of what it writes.
 *
 * @param template the text the model was trained on
 * @param form how prompts are sent
 * @param request what is asked of the server with each
 * @param admission lets so many calls through at a time
 * @param exchange one attempt
 * @param backoff when there is another one
 */
public record RemoteRun(
    PromptTemplate template,
    PromptForm form,
    CompletionRequest request,
    Admission admission,
    Exchange exchange,
    Backoff backoff) {

  /** One attempt. */
  private interface Attempt {
    Completion run() throws RetriableFailure, Exchange.PromptTooLong;
  }

  /**
   * Corrects one answer.
   *
   * @param correction the question and the answer
   * @param call the call this is part of
   * @return the correction
   */
  public Correction correct(CorrectionRequest correction, Call call) {
    if (correction.answer().isBlank()) {
      return Correction.skipped(correction, SkipReason.NOTHING_TO_CORRECT);
    }
    byte[] json = form.json(template.render(correction), request, /* stream= */ false);
    Completion completion;
    Admission.Place place = admission.enter(call);
    try {
      completion = attempt(call, () -> exchange.whole(json, call));
    } catch (Exchange.PromptTooLong e) {
      return Correction.skipped(correction, SkipReason.PROMPT_TOO_LONG);
    } finally {
      place.close();
    }
    CorrectionUsage usage = completion.usage(call.elapsed());
    if (completion.finishReason() == FinishReason.LENGTH) {
      return Correction.skipped(correction, SkipReason.OUTPUT_TOO_LONG).withUsage(usage);
    }
    String text = OutputText.of(correction.answer(), template.outputPrefix(), completion.text());
    return Correction.of(correction, text).withUsage(usage);
  }

  /**
   * Corrects one answer and delivers its text while it is written.
   *
   * @param correction the question and the answer
   * @param onText hears of the text
   * @param call the call this is part of
   * @return the correction; its text is what was delivered
   * @throws LimitExceededException if the correction has more tokens than it may have: what was
   *     delivered cannot be taken back
   */
  public Correction correct(CorrectionRequest correction, Consumer<String> onText, Call call) {
    if (correction.answer().isBlank()) {
      return original(correction, SkipReason.NOTHING_TO_CORRECT, onText);
    }
    byte[] json = form.json(template.render(correction), request, /* stream= */ true);
    Streaming streaming = new Streaming(correction.answer(), onText);
    Completion completion;
    Admission.Place place = admission.enter(call);
    try {
      completion = attempt(call, () -> streaming.attempt(json, call));
    } catch (Exchange.PromptTooLong e) {
      return original(correction, SkipReason.PROMPT_TOO_LONG, onText);
    } finally {
      place.close();
    }
    if (completion.finishReason() == FinishReason.LENGTH) {
      throw new LimitExceededException(
          SkipReason.OUTPUT_TOO_LONG,
          request.maxTokens(),
          "the correction is too long, and what was delivered cannot be taken back: expected at most "
              + request.maxTokens()
              + " tokens. Fix: raise maxTokens(...), or correct without streaming, which skips such"
              + " an answer");
    }
    streaming.text.finish();
    return Correction.of(correction, streaming.text.text())
        .withUsage(completion.usage(call.elapsed()));
  }

  private static Correction original(
      CorrectionRequest correction, SkipReason reason, Consumer<String> onText) {
    if (!correction.answer().isEmpty()) {
      onText.accept(correction.answer());
    }
    return Correction.skipped(correction, reason);
  }

  private Completion attempt(Call call, Attempt attempt) throws Exchange.PromptTooLong {
    for (int failures = 1; ; failures++) {
      call.check();
      try {
        return attempt.run();
      } catch (RetriableFailure e) {
        Optional<Duration> delay = backoff.delay(failures, e.retryAfter(), call.nanosLeft());
        if (delay.isEmpty()) {
          throw e.failure();
        }
        call.sleep(delay.get());
      }
    }
  }

  /** The attempts at one text, of which only one may deliver. Not thread-safe. */
  private final class Streaming {

    private final String answer;
    private final Consumer<String> onText;
    private DeliveredText text;

    Streaming(String answer, Consumer<String> onText) {
      this.answer = answer;
      this.onText = onText;
      this.text = new DeliveredText(answer, template.outputPrefix(), onText);
    }

    Completion attempt(byte[] json, Call call) throws RetriableFailure, Exchange.PromptTooLong {
      text = new DeliveredText(answer, template.outputPrefix(), onText);
      try {
        return exchange.streamed(json, call, text::append);
      } catch (RetriableFailure e) {
        if (text.hasBegun()) {
          throw e.failure();
        }
        throw e;
      }
    }
  }
}

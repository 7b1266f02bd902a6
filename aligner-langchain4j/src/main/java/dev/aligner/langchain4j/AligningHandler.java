package dev.aligner.langchain4j;

import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentResult;
import dev.aligner.policy.AlignmentStream;
import dev.aligner.policy.AnswerAligner;
import dev.aligner.policy.Arm;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stands between an upstream model and a handler: text goes through an {@link AlignmentStream},
 * everything else passes. Whatever the upstream model does, the handler hears one end, and nothing
 * behind it; of a stream that is cancelled it hears no end, as LangChain4j has it.
 *
 * <p>Thread-safe; calls wait for each other.
 */
final class AligningHandler implements StreamingChatResponseHandler {

  private final ReentrantLock lock = new ReentrantLock();
  private final AnswerAligner answers;
  private final AlignmentContext context;
  private final StreamingChatResponseHandler handler;
  private final CancellationToken token = new CancellationToken();
  private final AligningHandle handle = new AligningHandle(token, this::settle);
  private final StringBuilder said = new StringBuilder();
  private final long start = System.nanoTime();
  private @Nullable AlignmentStream stream;
  private boolean ended;
  private @Nullable Throwable handlerThrew;

  /**
   * Opens a relay.
   *
   * @param answers corrects
   * @param context what is known of the answer
   * @param handler hears of the text to show
   */
  AligningHandler(
      AnswerAligner answers, AlignmentContext context, StreamingChatResponseHandler handler) {
    this.answers = answers;
    this.context = context.withCancellation(token);
    this.handler = handler;
  }

  /** Returns what cancels the stream. */
  AligningHandle handle() {
    return handle;
  }

  /** Ends the stream without a word to the handler: the caller gets the exception. */
  void upstreamThrew() {
    lock.lock();
    try {
      if (!ended) {
        fail();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onPartialResponse(String part) {
    step(() -> add(part));
  }

  @Override
  public void onPartialResponse(PartialResponse part, PartialResponseContext with) {
    handle.over(with.streamingHandle());
    step(() -> add(part.text()));
  }

  @Override
  public void onPartialThinking(PartialThinking part) {
    step(() -> tell(() -> handler.onPartialThinking(part)));
  }

  @Override
  public void onPartialThinking(PartialThinking part, PartialThinkingContext with) {
    handle.over(with.streamingHandle());
    PartialThinkingContext ours = new PartialThinkingContext(handle);
    step(() -> tell(() -> handler.onPartialThinking(part, ours)));
  }

  @Override
  public void onPartialToolCall(PartialToolCall part) {
    step(() -> tell(() -> handler.onPartialToolCall(part)));
  }

  @Override
  public void onPartialToolCall(PartialToolCall part, PartialToolCallContext with) {
    handle.over(with.streamingHandle());
    PartialToolCallContext ours = new PartialToolCallContext(handle);
    step(() -> tell(() -> handler.onPartialToolCall(part, ours)));
  }

  @Override
  public void onCompleteToolCall(CompleteToolCall call) {
    step(() -> tell(() -> handler.onCompleteToolCall(call)));
  }

  @Override
  public void onUnmappedRawEvent(Object event) {
    step(() -> tell(() -> handler.onUnmappedRawEvent(event)));
  }

  @Override
  public void onCompleteResponse(ChatResponse response) {
    step(
        () -> {
          ChatResponse corrected = complete(response);
          if (!token.isCancelled()) {
            end();
            tell(() -> handler.onCompleteResponse(corrected));
          }
        });
  }

  @Override
  public void onError(Throwable error) {
    lock.lock();
    try {
      boolean cancelled = token.isCancelled();
      boolean ofHandler = handlerThrew != null;
      if (!ended) {
        fail();
        if (!cancelled) {
          handler.onError(error);
        }
      } else if (ofHandler) {
        handlerThrew = null;
        handler.onError(error);
      }
    } finally {
      lock.unlock();
    }
  }

  private void step(Runnable action) {
    lock.lock();
    try {
      if (!ended && !token.isCancelled()) {
        run(action);
      }
    } finally {
      lock.unlock();
      settle();
    }
  }

  private void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      boolean ofHandler = e == handlerThrew;
      if (!ended) {
        fail();
        handle.cancelUpstream();
        if (!ofHandler && !token.isCancelled()) {
          handler.onError(e);
        }
      }
      if (ofHandler || e instanceof Error) {
        throw e;
      }
    }
  }

  private void add(@Nullable String part) {
    if (part == null || part.isEmpty()) {
      return;
    }
    if (stream == null) {
      stream = answers.stream(context, this::show);
    }
    said.append(part);
    stream.add(part);
  }

  /** Corrects what is left, and puts into the message what was shown, where it was corrected. */
  private ChatResponse complete(ChatResponse response) {
    Objects.requireNonNull(response, "the upstream chat model answered null");
    String text = response.aiMessage().text();
    if (text != null && text.startsWith(said.toString())) {
      add(text.substring(said.length()));
    }
    if (stream == null) {
      return response;
    }
    Duration time = Duration.ofNanos(Math.max(0, System.nanoTime() - start));
    AlignmentContext known = Answers.withTraits(context, response).withUpstreamTime(time);
    AlignmentResult result = stream.complete(known);
    return result.arm() == Arm.ALIGNED ? Answers.withText(response, result.text()) : response;
  }

  private void show(String part) {
    if (token.isCancelled()) {
      throw new CancelledException();
    }
    if (handle.isOverAny()) {
      PartialResponseContext ours = new PartialResponseContext(handle);
      tell(() -> handler.onPartialResponse(new PartialResponse(part), ours));
    } else {
      tell(() -> handler.onPartialResponse(part));
    }
  }

  /** Calls the handler; what it throws is told apart from other exceptions by identity. */
  private void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      handlerThrew = e;
      throw e;
    }
  }

  /** Ends a cancelled stream, in whichever thread comes to it when no call runs. */
  private void settle() {
    if (token.isCancelled() && !lock.isHeldByCurrentThread() && lock.tryLock()) {
      try {
        if (!ended) {
          fail();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void fail() {
    end();
    if (stream != null) {
      stream.fail();
    }
  }

  private void end() {
    ended = true;
  }
}

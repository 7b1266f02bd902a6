package dev.aligner.internal;

import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.StreamHandler;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentStream;
import dev.aligner.policy.AnswerAligner;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stands between an upstream model and a handler: what the one says goes into an {@link
 * AlignmentStream}, what comes out of that is what the other hears. Whatever the upstream model
 * does, the handler hears one end. Thread-safe; calls wait for each other.
 */
public final class StreamRelay implements StreamHandler {

  private final ReentrantLock lock = new ReentrantLock();
  private final StreamHandler handler;
  private final AlignmentContext context;
  private final CancellationToken token;
  private final CancellationToken upstreamToken = new CancellationToken();
  private final CancellationToken.Registration registration;
  private final AlignmentStream stream;
  private final long start = System.nanoTime();
  private long ownNanos;
  private boolean ended;
  private @Nullable Throwable handlerThrew;

  private StreamRelay(
      AnswerAligner answers,
      AlignmentContext context,
      CancellationToken token,
      StreamHandler handler) {
    this.context = context;
    this.token = token;
    this.handler = handler;
    this.stream = answers.stream(context, this::show);
    this.registration = token.onCancel(upstreamToken::cancel);
  }

  /**
   * Opens a relay.
   *
   * @param answers corrects
   * @param context what is known of the answer
   * @param token the token of the caller
   * @param handler hears of the text to show
   * @return the relay
   */
  public static StreamRelay open(
      AnswerAligner answers,
      AlignmentContext context,
      CancellationToken token,
      StreamHandler handler) {
    return new StreamRelay(answers, context, token, handler);
  }

  /**
   * Returns what tells the upstream model to stop: that the caller cancelled, or that the stream
   * has ended early.
   *
   * @return the token
   */
  public CancellationToken upstreamToken() {
    return upstreamToken;
  }

  /** Ends the stream without a word to the handler: the caller gets the exception. */
  public void upstreamThrew() {
    lock.lock();
    try {
      if (!ended) {
        end();
        stream.fail();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onText(String part) {
    step(() -> add(Objects.requireNonNull(part, "the upstream chat model said null")));
  }

  @Override
  public void onComplete() {
    lock.lock();
    try {
      step(() -> stream.complete(context.withUpstreamTime(upstreamTime())));
      if (!ended) {
        end();
        handler.onComplete();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable error) {
    lock.lock();
    try {
      if (!ended) {
        end();
        stream.fail();
        handler.onError(error);
      }
    } finally {
      lock.unlock();
    }
  }

  private void add(String part) {
    long before = System.nanoTime();
    stream.add(part);
    ownNanos += System.nanoTime() - before;
  }

  private void step(Runnable action) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (token.isCancelled()) {
        stop(new CancelledException());
        return;
      }
      run(action);
    } finally {
      lock.unlock();
    }
  }

  private void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      if (e == handlerThrew) {
        end();
        upstreamToken.cancel();
        throw e;
      }
      if (!ended) {
        stop(e);
      }
      if (e instanceof Error) {
        throw e;
      }
    }
  }

  /** Ends the stream with an error that is not the upstream model's. */
  private void stop(Throwable error) {
    end();
    stream.fail();
    upstreamToken.cancel();
    handler.onError(error);
  }

  private void show(String part) {
    if (ended || token.isCancelled()) {
      throw new CancelledException();
    }
    try {
      handler.onText(part);
    } catch (RuntimeException | Error e) {
      handlerThrew = e;
      throw e;
    }
  }

  private void end() {
    ended = true;
    registration.close();
  }

  /** The upstream model waits while segments are corrected, which is not its time. */
  private Duration upstreamTime() {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - start - ownNanos));
  }
}

package dev.aligner.internal;

import dev.aligner.Aligner;
import dev.aligner.CancellationToken;
import dev.aligner.CorrectionRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Publishes the text of one correction; each subscriber gets a correction of its own. */
public final class CorrectionPublisher implements Flow.Publisher<String> {

  private final Aligner aligner;
  private final CorrectionRequest request;
  private final Executor executor;

  /**
   * Makes a publisher; nothing runs before somebody subscribes.
   *
   * @param aligner corrects
   * @param request the question and the answer
   * @param executor runs the correction
   */
  public CorrectionPublisher(Aligner aligner, CorrectionRequest request, Executor executor) {
    this.aligner = Objects.requireNonNull(aligner, "aligner");
    this.request = Objects.requireNonNull(request, "request");
    this.executor = Objects.requireNonNull(executor, "executor");
  }

  @Override
  public void subscribe(Flow.Subscriber<? super String> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    CancellationToken token = new CancellationToken();
    Subscription subscription = new Subscription(subscriber, token);
    subscriber.onSubscribe(subscription);
    CancellationToken.Registration outer =
        request.cancellation().map(given -> given.onCancel(token::cancel)).orElse(null);
    try {
      executor.execute(() -> run(subscription, token, outer));
    } catch (RejectedExecutionException e) {
      subscription.end(e);
    }
  }

  private void run(
      Subscription subscription,
      CancellationToken token,
      CancellationToken.@Nullable Registration outer) {
    try {
      aligner.correct(request.withCancellation(token), subscription::add);
      subscription.end(null);
    } catch (RuntimeException | Error e) {
      subscription.end(e);
    } finally {
      if (outer != null) {
        outer.close();
      }
    }
  }

  /**
   * One subscriber. Signals are given one after the other, by whichever thread finds something to
   * give: the one that corrects, or the one that requests.
   */
  private static final class Subscription implements Flow.Subscription {

    private final Flow.Subscriber<? super String> subscriber;
    private final CancellationToken token;
    private final Deque<String> texts = new ArrayDeque<>();
    private long requested;
    private boolean ended;
    private @Nullable Throwable failure;
    private boolean done;
    private boolean giving;

    Subscription(Flow.Subscriber<? super String> subscriber, CancellationToken token) {
      this.subscriber = subscriber;
      this.token = token;
    }

    void add(String text) {
      synchronized (this) {
        texts.add(text);
      }
      give();
    }

    void end(@Nullable Throwable cause) {
      synchronized (this) {
        ended = true;
        failure = failure == null ? cause : failure;
      }
      give();
    }

    @Override
    public void request(long n) {
      synchronized (this) {
        if (n > 0) {
          requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
        } else {
          failure = new IllegalArgumentException("expected a request of at least 1; found " + n);
          ended = true;
          texts.clear();
          token.cancel();
        }
      }
      give();
    }

    @Override
    public void cancel() {
      synchronized (this) {
        done = true;
        texts.clear();
      }
      token.cancel();
    }

    private void give() {
      synchronized (this) {
        if (giving) {
          return;
        }
        giving = true;
      }
      while (true) {
        String text;
        Throwable cause;
        synchronized (this) {
          text = requested > 0 && !done ? texts.poll() : null;
          boolean finished = ended && texts.isEmpty() && text == null && !done;
          if (text == null && !finished) {
            giving = false;
            return;
          }
          done = done || finished;
          requested -= text != null ? 1 : 0;
          cause = failure;
        }
        if (text != null) {
          subscriber.onNext(text);
        } else if (cause != null) {
          subscriber.onError(cause);
        } else {
          subscriber.onComplete();
        }
      }
    }
  }
}

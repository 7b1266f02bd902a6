package dev.aligner.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries the events of a newer core's publisher through an {@link AligningHandler}: what the
 * upstream model publishes becomes its calls, and what it tells its handler becomes events for the
 * subscriber. The upstream model is asked for everything as soon as the subscriber asks for
 * anything; what the subscriber has not requested yet waits in memory.
 *
 * <p>Thread-safe.
 */
final class EventRelay implements Flow.Subscriber<Object>, Flow.Subscription {

  private final Flow.Subscriber<? super Object> subscriber;
  private final Deque<Object> waiting = new ArrayDeque<>();
  private @Nullable AligningHandler aligning;
  private Flow.@Nullable Subscription upstream;
  private long requested;
  private boolean asked;
  private boolean closed;
  private @Nullable Throwable failure;
  private boolean emitting;
  private boolean done;

  EventRelay(Flow.Subscriber<? super Object> subscriber) {
    this.subscriber = subscriber;
  }

  /** Returns what the aligning handler tells. */
  StreamingChatResponseHandler handler() {
    return new Events();
  }

  /** Asks the upstream model. */
  void connect(AligningHandler handler, Supplier<Flow.Publisher<Object>> call) {
    aligning = handler;
    Flow.Publisher<Object> publisher;
    try {
      publisher = call.get();
    } catch (RuntimeException e) {
      subscriber.onSubscribe(this);
      handler.onError(e);
      return;
    }
    publisher.subscribe(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    synchronized (this) {
      upstream = subscription;
    }
    handlerOrThrow().handle().over(new Handle(subscription));
    subscriber.onSubscribe(this);
  }

  @Override
  public void onNext(Object event) {
    AligningHandler handler = handlerOrThrow();
    ChatResponse response = NewerCore.completeResponse(event);
    if (response != null) {
      handler.onCompleteResponse(response);
    } else if (event instanceof PartialResponse part) {
      handler.onPartialResponse(part.text());
    } else if (event instanceof PartialThinking part) {
      handler.onPartialThinking(part);
    } else if (event instanceof PartialToolCall part) {
      handler.onPartialToolCall(part);
    } else if (event instanceof CompleteToolCall call) {
      handler.onCompleteToolCall(call);
    } else if (NewerCore.isRawEvent(event)) {
      handler.onUnmappedRawEvent(event);
    } else {
      handler.handle().cancelUpstream();
      handler.onError(
          new UnsupportedOperationException(
              "expected an event of LangChain4j 1.23.0; found "
                  + event.getClass().getName()
                  + ", which may hold text that is not corrected. Fix: chat(request, handler), or a"
                  + " newer aligner-langchain4j"));
    }
  }

  @Override
  public void onError(Throwable error) {
    handlerOrThrow().onError(error);
  }

  /** An end without a complete response before it is an error; after it, nothing new. */
  @Override
  public void onComplete() {
    handlerOrThrow()
        .onError(
            new IllegalStateException(
                "expected a complete response as the last event of the upstream chat model; found"
                    + " none"));
  }

  @Override
  public void request(long n) {
    Flow.Subscription first = null;
    synchronized (this) {
      if (n <= 0) {
        failure = new IllegalArgumentException("expected a request of 1 or more; found " + n);
        closed = true;
        waiting.clear();
      } else {
        requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
        first = asked ? null : upstream;
        asked = true;
      }
    }
    if (n <= 0) {
      handlerOrThrow().handle().cancel();
    }
    if (first != null) {
      first.request(Long.MAX_VALUE);
    }
    emit();
  }

  @Override
  public void cancel() {
    synchronized (this) {
      done = true;
      waiting.clear();
    }
    handlerOrThrow().handle().cancel();
  }

  private AligningHandler handlerOrThrow() {
    if (aligning == null) {
      throw new IllegalStateException("expected connect() before events");
    }
    return aligning;
  }

  private void add(Object event) {
    synchronized (this) {
      waiting.add(event);
    }
    emit();
  }

  private void close(@Nullable Throwable error) {
    synchronized (this) {
      closed = true;
      failure = error;
    }
    emit();
  }

  /** Gives events in their order, in one thread at a time and outside of the monitor. */
  private void emit() {
    while (true) {
      Object next = null;
      boolean last = false;
      synchronized (this) {
        if (emitting || done) {
          return;
        }
        if (!waiting.isEmpty() && requested > 0) {
          next = waiting.poll();
          requested--;
        } else if (waiting.isEmpty() && closed) {
          last = true;
          done = true;
        } else {
          return;
        }
        emitting = true;
      }
      try {
        give(next, last);
      } finally {
        synchronized (this) {
          emitting = false;
        }
      }
    }
  }

  private void give(@Nullable Object next, boolean last) {
    if (next != null) {
      subscriber.onNext(next);
    } else if (last && failure != null) {
      subscriber.onError(failure);
    } else if (last) {
      subscriber.onComplete();
    }
  }

  /** What the aligning handler tells, as events. */
  private final class Events implements StreamingChatResponseHandler {

    @Override
    public void onPartialResponse(String part) {
      add(new PartialResponse(part));
    }

    @Override
    public void onPartialThinking(PartialThinking part) {
      add(part);
    }

    @Override
    public void onPartialToolCall(PartialToolCall part) {
      add(part);
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
      add(call);
    }

    @Override
    public void onUnmappedRawEvent(Object event) {
      add(event);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      add(NewerCore.completeEvent(response));
      close(null);
    }

    @Override
    public void onError(Throwable error) {
      close(error);
    }
  }

  /** A subscription as a handle. */
  private static final class Handle implements StreamingHandle {

    private final Flow.Subscription subscription;
    private volatile boolean cancelled;

    Handle(Flow.Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void cancel() {
      cancelled = true;
      subscription.cancel();
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }
}

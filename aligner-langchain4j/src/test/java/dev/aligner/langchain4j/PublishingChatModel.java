package dev.aligner.langchain4j;

import dev.aligner.langchain4j.testing.ScriptedChatModel.Responses;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A streaming model with the publisher of a newer core: it publishes what it is told. */
final class PublishingChatModel implements StreamingChatModel {

  private final List<Object> events;
  private final @Nullable Throwable error;
  final List<ChatRequest> sent = new ArrayList<>();
  volatile boolean cancelled;

  private PublishingChatModel(List<Object> events, @Nullable Throwable error) {
    this.events = events;
    this.error = error;
  }

  static PublishingChatModel publishing(Object... events) {
    return new PublishingChatModel(List.of(events), null);
  }

  static PublishingChatModel failing(Throwable error, Object... events) {
    return new PublishingChatModel(List.of(events), error);
  }

  static PublishingChatModel saying(String... parts) {
    List<Object> events = new ArrayList<>();
    for (String part : parts) {
      events.add(new PartialResponse(part));
    }
    events.add(NewerCore.completeEvent(Responses.of(String.join("", parts))));
    return new PublishingChatModel(events, null);
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    StringBuilder all = new StringBuilder();
    for (Object event : events) {
      if (event instanceof PartialResponse part) {
        all.append(part.text());
        handler.onPartialResponse(part.text());
      }
    }
    handler.onCompleteResponse(Responses.of(all.toString()));
  }

  /** Overrides a method of a newer core. */
  public Flow.Publisher<Object> doChat(ChatRequest request) {
    sent.add(request);
    return subscriber -> subscriber.onSubscribe(new Subscription(subscriber));
  }

  private final class Subscription implements Flow.Subscription {

    private final Flow.Subscriber<? super Object> subscriber;
    private final Deque<Object> left = new ArrayDeque<>(events);
    private long requested;
    private boolean running;
    private boolean ended;

    private Subscription(Flow.Subscriber<? super Object> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
      if (running) {
        return;
      }
      running = true;
      while (requested > 0 && !left.isEmpty() && !cancelled) {
        requested--;
        subscriber.onNext(left.poll());
      }
      if (left.isEmpty() && !cancelled && !ended) {
        ended = true;
        if (error != null) {
          subscriber.onError(error);
        } else {
          subscriber.onComplete();
        }
      }
      running = false;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}

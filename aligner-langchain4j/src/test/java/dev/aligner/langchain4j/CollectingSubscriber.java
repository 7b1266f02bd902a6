package dev.aligner.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Writes down what it gets, a line for each signal. */
final class CollectingSubscriber implements Flow.Subscriber<Object> {

  private final long first;
  final List<String> heard = new ArrayList<>();
  final List<Throwable> errors = new ArrayList<>();
  private Flow.@Nullable Subscription subscription;

  private CollectingSubscriber(long first) {
    this.first = first;
  }

  static CollectingSubscriber ofAll() {
    return new CollectingSubscriber(Long.MAX_VALUE);
  }

  static CollectingSubscriber of(long first) {
    return new CollectingSubscriber(first);
  }

  void request(long n) {
    given().request(n);
  }

  void cancel() {
    given().cancel();
  }

  private Flow.Subscription given() {
    if (subscription == null) {
      throw new AssertionError("no subscription");
    }
    return subscription;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (first > 0) {
      given.request(first);
    }
  }

  @Override
  public void onNext(Object event) {
    ChatResponse complete = NewerCore.completeResponse(event);
    if (complete != null) {
      heard.add("complete " + complete.aiMessage().text());
    } else if (event instanceof PartialResponse part) {
      heard.add("text " + part.text());
    } else {
      heard.add(event instanceof String ? "string " + event : event.getClass().getSimpleName());
    }
  }

  @Override
  public void onError(Throwable error) {
    errors.add(error);
    heard.add("error");
  }

  @Override
  public void onComplete() {
    heard.add("end");
  }
}

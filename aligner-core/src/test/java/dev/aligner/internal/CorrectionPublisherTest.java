package dev.aligner.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Aligner;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CorrectionPublisherTest {

  private static final CorrectionRequest REQUEST = CorrectionRequest.of("q", "a");

  @Test
  void subscribe_enoughRequested_givesAllAndCompletes() {
    Subscriber subscriber = new Subscriber(Long.MAX_VALUE);

    writing("x", "y", "z").publish(REQUEST, Runnable::run).subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("x", "y", "z", "complete");
  }

  @Test
  void request_laterAndLess_givesAsMuchAsWasRequested() {
    Subscriber subscriber = new Subscriber(1);

    writing("x", "y", "z").publish(REQUEST, Runnable::run).subscribe(subscriber);
    assertThat(subscriber.heard).containsExactly("x");
    subscriber.subscription().request(1);
    assertThat(subscriber.heard).containsExactly("x", "y");
    subscriber.subscription().request(5);

    assertThat(subscriber.heard).containsExactly("x", "y", "z", "complete");
  }

  @Test
  void subscribe_twice_correctsForEach() {
    Flow.Publisher<String> publisher = writing("x").publish(REQUEST, Runnable::run);
    Subscriber one = new Subscriber(9);
    Subscriber two = new Subscriber(9);

    publisher.subscribe(one);
    publisher.subscribe(two);

    assertThat(one.heard).isEqualTo(two.heard).containsExactly("x", "complete");
  }

  @Test
  void subscribe_failure_endsWithItAfterWhatWasWritten() {
    Aligner failing =
        streaming(
            (request, onText) -> {
              onText.accept("x");
              throw new IllegalStateException("broken");
            });
    Subscriber subscriber = new Subscriber(9);

    failing.publish(REQUEST, Runnable::run).subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("x", "IllegalStateException: broken");
  }

  @Test
  void subscribe_executorThatRefuses_endsWithTheRefusal() {
    Executor full =
        task -> {
          throw new RejectedExecutionException("full");
        };
    Subscriber subscriber = new Subscriber(9);

    writing("x").publish(REQUEST, full).subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("RejectedExecutionException: full");
  }

  @Test
  void cancel_whileItIsWritten_endsTheCorrectionAndIsSilent() {
    List<Boolean> cancelled = new ArrayList<>();
    Subscriber subscriber = new Subscriber(9);
    Aligner aligner =
        streaming(
            (request, onText) -> {
              onText.accept("x");
              subscriber.subscription().cancel();
              onText.accept("y");
              cancelled.add(request.cancellation().orElseThrow().isCancelled());
              throw new CancelledException();
            });

    aligner.publish(REQUEST, Runnable::run).subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("x");
    assertThat(cancelled).containsExactly(true);
  }

  @Test
  void cancel_byTheTokenOfTheRequest_endsTheCorrection() {
    CancellationToken token = new CancellationToken();
    Subscriber subscriber = new Subscriber(9);
    Aligner aligner =
        streaming(
            (request, onText) -> {
              token.cancel();
              assertThat(request.cancellation().orElseThrow().isCancelled()).isTrue();
              throw new CancelledException();
            });

    aligner.publish(REQUEST.withCancellation(token), Runnable::run).subscribe(subscriber);

    assertThat(subscriber.heard).hasSize(1).first().asString().startsWith("CancelledException");
  }

  @Test
  void request_notAboveZero_endsWithAnError() {
    Subscriber subscriber = new Subscriber(0);

    writing("x").publish(REQUEST, Runnable::run).subscribe(subscriber);

    assertThat(subscriber.heard)
        .containsExactly("IllegalArgumentException: expected a request of at least 1; found 0");
  }

  private static Aligner writing(String... texts) {
    return streaming(
        (request, onText) -> {
          for (String text : texts) {
            onText.accept(text);
          }
          return Correction.of(request, String.join("", texts));
        });
  }

  private static Aligner streaming(Streaming streaming) {
    return new Aligner() {
      @Override
      public Correction correct(CorrectionRequest request) {
        throw new AssertionError("a publisher streams");
      }

      @Override
      public Correction correct(CorrectionRequest request, Consumer<String> onText) {
        return streaming.correct(request, onText);
      }
    };
  }

  private interface Streaming {
    Correction correct(CorrectionRequest request, Consumer<String> onText);
  }

  private static final class Subscriber implements Flow.Subscriber<String> {

    private final long first;
    private final List<String> heard = new ArrayList<>();
    private Flow.@Nullable Subscription subscription;

    Subscriber(long first) {
      this.first = first;
    }

    Flow.Subscription subscription() {
      return Objects.requireNonNull(subscription);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(first);
    }

    @Override
    public void onNext(String text) {
      heard.add(text);
    }

    @Override
    public void onError(Throwable failure) {
      heard.add(failure.getClass().getSimpleName() + ": " + failure.getMessage());
    }

    @Override
    public void onComplete() {
      heard.add("complete");
    }
  }
}

package dev.aligner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.event.AlignmentEvent;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerTrait;
import dev.aligner.policy.FailurePolicy;
import dev.aligner.policy.Recorder;
import dev.aligner.policy.StreamDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AlignedStreamingChatModelTest {

  private final Recorder recorder = new Recorder();
  private final Aligner upper =
      request -> Correction.of(request, request.answer().toUpperCase(Locale.ROOT));

  @Test
  void model_cancelled_showsNothingMore() {
    CancellationToken token = new CancellationToken();
    Heard heard = new Heard();
    List<CancellationToken> upstreamTokens = new ArrayList<>();
    StreamingChatModel model =
        model(
            (query, given, handler) -> {
              upstreamTokens.add(given);
              handler.onText("One. Two");
              token.cancel();
              handler.onText(". Three. Four.");
              handler.onComplete();
            },
            upper,
            StreamDelivery.perSegment());

    model.chat("question", token, heard);

    assertThat(heard.parts).containsExactly("ONE. ");
    assertThat(heard.errors).hasSize(1).first().isInstanceOf(CancelledException.class);
    assertThat(heard.completed).isZero();
    assertThat(upstreamTokens.get(0).isCancelled()).isTrue();
  }

  @Test
  void model_cancelledByItsHandler_stopsInTheMiddleOfAPart() {
    CancellationToken token = new CancellationToken();
    Heard heard = new Heard(part -> token.cancel());
    StreamingChatModel model =
        model(
            (query, given, handler) -> {
              handler.onText("One. Two. Three. Four.");
              handler.onComplete();
            },
            upper,
            StreamDelivery.perSegment());

    model.chat("question", token, heard);

    assertThat(heard.parts).containsExactly("ONE. ");
    assertThat(heard.errors).hasSize(1).first().isInstanceOf(CancelledException.class);
  }

  @Test
  void model_aFailureThatThrows_cancelsTheUpstream() {
    Heard heard = new Heard();
    List<Boolean> cancelled = new ArrayList<>();
    StreamingChatModel model =
        AlignedStreamingChatModel.builder(
                (query, token, handler) -> {
                  handler.onText("One. Two. Three.");
                  cancelled.add(token.isCancelled());
                  handler.onText("Four.");
                  handler.onComplete();
                },
                request -> Correction.of(request, ""))
            .policy(
                builder()
                    .streams(StreamDelivery.perSegment())
                    .onFailure(FailurePolicy.throwing())
                    .build())
            .build();

    model.chat("question", heard);

    assertThat(heard.parts).isEmpty();
    assertThat(heard.errors).hasSize(1).first().isInstanceOf(UnacceptableCorrectionException.class);
    assertThat(cancelled).containsExactly(true);
  }

  @Test
  void model_aHandlerThatThrows_isHeardByTheUpstream() {
    IllegalStateException gone = new IllegalStateException("gone");
    Heard heard =
        new Heard(
            part -> {
              throw gone;
            });
    List<Throwable> thrown = new ArrayList<>();
    StreamingChatModel model =
        model(
            (query, token, handler) -> {
              try {
                handler.onText("One. Two.");
              } catch (RuntimeException e) {
                thrown.add(e);
              }
              handler.onText("Three.");
              handler.onComplete();
            },
            upper,
            StreamDelivery.perSegment());

    model.chat("question", heard);

    assertThat(thrown).containsExactly(gone);
    assertThat(heard.parts).hasSize(1);
    assertThat(heard.errors).isEmpty();
    assertThat(heard.completed).isZero();
  }

  @Test
  void model_theContext_isAskedForEachQuestion() {
    StreamingChatModel model =
        AlignedStreamingChatModel.builder(
                (query, token, handler) -> {
                  handler.onText("one");
                  handler.onComplete();
                },
                upper)
            .policy(builder().build())
            .context(query -> AlignmentContext.of(query).with(AnswerTrait.STRUCTURED_OUTPUT))
            .build();
    Heard heard = new Heard();

    model.chat("question", heard);

    assertThat(heard.parts).containsExactly("one");
    assertThat(recorder.last(AlignmentEvent.Skipped.class).exchange().context().upstreamTime())
        .isPresent();
  }

  /** Whatever an upstream model does, in buffer mode not a character of it is shown. */
  @Test
  void buffer_aHostileUpstream_neverLeaks() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      Heard heard = new Heard();
      CancellationToken token = new CancellationToken();
      long seed = random.nextLong();
      StreamingChatModel model =
          model(
              (query, given, handler) -> hostile(new Random(seed), handler, token),
              request -> Correction.of(request, "aligned"),
              StreamDelivery.buffer());
      try {
        model.chat("question", token, heard);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("hostile");
      }
      assertThat(String.join("", heard.parts)).as("seed %s", seed).isIn("", "aligned");
      assertThat(heard.errors.size() + heard.completed).as("seed %s", seed).isLessThanOrEqualTo(1);
      assertThat(heard.afterTheEnd).as("seed %s", seed).isZero();
    }
  }

  private static void hostile(Random random, StreamHandler handler, CancellationToken token) {
    List<Thread> threads = new ArrayList<>();
    for (int t = random.nextInt(3); t >= 0; t--) {
      Random own = new Random(random.nextLong());
      Thread thread =
          new Thread(
              () -> {
                for (int i = own.nextInt(6); i > 0; i--) {
                  act(own.nextInt(12), handler, token);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      join(thread);
    }
    if (random.nextInt(4) == 0) {
      throw new IllegalStateException("hostile");
    }
  }

  @SuppressWarnings("NullAway") // what a hostile model may do
  private static void act(int what, StreamHandler handler, CancellationToken token) {
    switch (what) {
      case 0 -> handler.onError(new IllegalStateException("secret"));
      case 1 -> handler.onText(null);
      case 2 -> token.cancel();
      case 3 -> handler.onComplete();
      case 4 -> handler.onText("");
      default -> handler.onText("secret");
    }
  }

  /** The calls of several threads of an upstream model wait for each other. */
  @Test
  void model_callsOfSeveralThreads_comeOneAfterTheOther() throws Exception {
    CountDownLatch correcting = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Aligner slow =
        request -> {
          correcting.countDown();
          await(goOn);
          return upper.correct(request);
        };
    Heard heard = new Heard();
    List<StreamHandler> handlers = new ArrayList<>();
    StreamingChatModel model =
        model((query, token, given) -> handlers.add(given), slow, StreamDelivery.perSegment());
    model.chat("question", heard);
    Thread first = new Thread(() -> handlers.get(0).onText("One. Two. T"));
    first.start();
    await(correcting);
    Thread second = new Thread(() -> handlers.get(0).onComplete());
    second.start();
    second.join(50);
    assertThat(heard.completed).isZero();
    goOn.countDown();
    join(first);
    join(second);

    assertThat(heard.parts).containsExactly("ONE. ", "TWO. ", "T");
    assertThat(heard.completed).isEqualTo(1);
  }

  private StreamingChatModel model(
      StreamingChatModel upstream, Aligner aligner, StreamDelivery delivery) {
    return aligner.wrapStreaming(upstream, builder().streams(delivery).build());
  }

  private AlignmentPolicy.Builder builder() {
    return AlignmentPolicy.builder().listener(recorder);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(20_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(thread.isAlive()).isFalse();
  }

  /** What a handler hears. */
  private static final class Heard implements StreamHandler {
    private final List<String> parts = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final Consumer<String> onPart;
    private int completed;
    private int afterTheEnd;

    Heard() {
      this(part -> {});
    }

    Heard(Consumer<String> onPart) {
      this.onPart = onPart;
    }

    @Override
    public void onText(String part) {
      afterTheEnd += errors.size() + completed;
      parts.add(part);
      onPart.accept(part);
    }

    @Override
    public void onComplete() {
      completed++;
    }

    @Override
    public void onError(Throwable error) {
      errors.add(error);
    }
  }
}

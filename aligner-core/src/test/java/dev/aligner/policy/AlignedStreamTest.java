package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.AlignedStreamingChatModel;
import dev.aligner.Aligner;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import dev.aligner.StreamHandler;
import dev.aligner.StreamingChatModel;
import dev.aligner.UnacceptableCorrectionException;
import dev.aligner.event.AlignmentEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AlignedStreamTest {

  private static final AlignmentContext QUESTION = AlignmentContext.of("question");

  private final Recorder recorder = new Recorder();
  private final List<String> shown = new ArrayList<>();
  private final Aligner upper =
      request -> Correction.of(request, request.answer().toUpperCase(Locale.ROOT));

  @Test
  void buffer_showsTheCorrectionInTheEnd() {
    AlignmentStream stream = open(upper, StreamDelivery.buffer());

    stream.add("One. ");
    stream.add("Two.");
    assertThat(shown).isEmpty();
    AlignmentResult result = stream.complete();

    assertThat(shown).containsExactly("ONE. TWO.");
    assertThat(result.text()).isEqualTo("ONE. TWO.");
    assertThat(result.ended()).containsInstanceOf(AlignmentEvent.Corrected.class);
  }

  @Test
  void buffer_traitsThatAreKnownInTheEnd_count() {
    AlignmentStream stream = open(upper, StreamDelivery.buffer());

    stream.add("one");
    stream.complete(QUESTION.with(AnswerTrait.TOOL_CALLS));

    assertThat(shown).containsExactly("one");
    assertThat(recorder.last(AlignmentEvent.Skipped.class).reason()).isEqualTo("tool_calls");
  }

  @Test
  void buffer_theUpstreamFails_showsNothing() {
    AlignmentStream stream = open(upper, StreamDelivery.buffer());

    stream.add("one");
    stream.fail();
    stream.fail();

    assertThat(shown).isEmpty();
    assertThat(recorder.names()).containsExactly("Started", "Skipped");
    assertThat(recorder.last(AlignmentEvent.Skipped.class).reason()).isEqualTo("upstream_failed");
    assertThatIllegalStateException().isThrownBy(() -> stream.add("more"));
    assertThatIllegalStateException().isThrownBy(stream::complete);
  }

  @Test
  void live_showsPartsAsTheyAreWritten() {
    AlignmentStream stream = live(new Writing(List.of("ON", "E")));

    stream.add("one");
    AlignmentResult result = stream.complete();

    assertThat(shown).containsExactly("ON", "E");
    assertThat(result.text()).isEqualTo("ONE");
  }

  @Test
  void live_aFailureBeforeAnyText_showsTheOriginal() {
    AlignmentStream stream = live(new Writing(List.of("!")));

    stream.add("one");

    assertThat(stream.complete().text()).isEqualTo("one");
    assertThat(shown).containsExactly("one");
  }

  @Test
  void live_aFailureAfterText_throwsWhateverThePolicySays() {
    AlignmentStream stream = live(new Writing(List.of("ON", "!")));

    stream.add("one");

    assertThatThrownBy(stream::complete).isInstanceOf(InferenceException.class);
    assertThat(shown).containsExactly("ON");
    AlignmentEvent.Failed event = recorder.last(AlignmentEvent.Failed.class);
    assertThat(event.action()).isEqualTo(FailureAction.THROW);
  }

  @Test
  void live_anAlignerThatReturnsOtherText_fails() {
    Aligner lying =
        new Aligner() {
          @Override
          public Correction correct(CorrectionRequest request) {
            return Correction.of(request, "secret");
          }

          @Override
          public Correction correct(CorrectionRequest request, Consumer<String> onText) {
            onText.accept("text");
            return correct(request);
          }
        };
    AlignmentStream stream = live(lying);
    stream.add("one");

    assertThatThrownBy(stream::complete)
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("broke its contract")
        .hasMessageNotContaining("secret");
  }

  @Test
  void live_whatTheConsumerThrows_passesThrough() {
    IllegalStateException gone = new IllegalStateException("the reader is gone");
    AlignmentStream stream =
        AnswerAligner.of(upper, livePolicy()).stream(
            QUESTION,
            part -> {
              throw gone;
            });
    stream.add("one");

    assertThatThrownBy(stream::complete).isSameAs(gone);
    AlignmentEvent.Failed event = recorder.last(AlignmentEvent.Failed.class);
    assertThat(event.failure()).isEqualTo(FailureClass.CANCELLED);
  }

  @Test
  void live_withChecksOrPasses_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> AlignmentPolicy.builder().streams(StreamDelivery.bufferThenLive()).build())
        .withMessageContaining("acceptance checks");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                AlignmentPolicy.builder()
                    .streams(StreamDelivery.bufferThenLive())
                    .acceptance(AcceptanceCheck.none())
                    .maxPasses(2)
                    .build())
        .withMessageContaining("2 passes");
  }

  @Test
  void perSegment_correctsSentencesAsTheyComplete() {
    List<CorrectionRequest> requests = new ArrayList<>();
    Aligner recording =
        request -> {
          requests.add(request);
          return upper.correct(request);
        };
    AlignmentStream stream = open(recording, StreamDelivery.perSegment());

    stream.add("One. T");
    assertThat(shown).containsExactly("ONE. ");
    stream.add("wo.\n\n");
    assertThat(shown).hasSize(1);
    stream.add("Three");
    assertThat(shown).containsExactly("ONE. ", "TWO.\n\n");
    AlignmentResult result = stream.complete();

    assertThat(shown).containsExactly("ONE. ", "TWO.\n\n", "THREE");
    assertThat(result.text()).isEqualTo("ONE. TWO.\n\nTHREE");
    assertThat(requests)
        .extracting(CorrectionRequest::answer)
        .containsExactly("One.", "Two.", "Three");
    assertThat(requests)
        .extracting(CorrectionRequest::shown)
        .containsExactly("", "ONE. ", "ONE. TWO.\n\n");
    assertThat(recorder.events()).hasSize(6);
    assertThat(recorder.events())
        .extracting(e -> e.exchange().id())
        .containsOnly(recorder.events().get(0).exchange().id());
    assertThat(recorder.last(AlignmentEvent.Corrected.class).exchange().segment()).hasValue(2);
  }

  @Test
  void perSegment_aFailedSegment_isShownAsItWas() {
    Aligner failing =
        request -> {
          if (request.answer().startsWith("Two")) {
            throw new InferenceException("broken", null);
          }
          return upper.correct(request);
        };
    AlignmentStream stream = open(failing, StreamDelivery.perSegment());

    stream.add("One. Two. Three.");
    stream.complete();

    assertThat(shown).containsExactly("ONE. ", "Two. ", "THREE.");
  }

  @Test
  void perSegment_aFailedSegmentThatThrows_endsTheStream() {
    AnswerAligner answers =
        AnswerAligner.of(
            request ->
                Correction.of(request, request.answer().startsWith("Two") ? "" : request.answer()),
            builder()
                .streams(StreamDelivery.perSegment())
                .onFailure(FailurePolicy.throwing())
                .build());
    AlignmentStream stream = answers.stream(QUESTION, shown::add);

    assertThatThrownBy(() -> stream.add("One. Two. Three. Four."))
        .isInstanceOf(UnacceptableCorrectionException.class);
    assertThat(shown).containsExactly("One. ");
    assertThatIllegalStateException().isThrownBy(() -> stream.add("more"));
    assertThatIllegalStateException().isThrownBy(stream::complete);
  }

  @Test
  void perSegment_code_isLeftAlone() {
    AlignmentStream stream = open(upper, StreamDelivery.perSegment());

    stream.add("Run:\n```\nls -l\n```\nDone.");
    stream.complete();

    assertThat(String.join("", shown)).isEqualTo("RUN:\n```\nls -l\n```\nDONE.");
  }

  @Test
  void passThrough_showsAtOnceAndCorrectsBeside() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    AlignmentStream stream = open(upper, StreamDelivery.passThrough(Mode.shadow(tasks::add)));

    stream.add("one");
    assertThat(shown).containsExactly("one");
    AlignmentResult result = stream.complete();

    assertThat(result.arm()).isEqualTo(Arm.SHADOW);
    assertThat(recorder.events()).isEmpty();
    tasks.remove().run();
    assertThat(recorder.last(AlignmentEvent.Corrected.class).corrected()).contains("ONE");
  }

  @Test
  void shadowAndControl_passThroughWhateverTheDelivery() {
    AnswerAligner shadow =
        AnswerAligner.of(upper, builder().mode(Mode.shadow(Runnable::run)).build());
    AnswerAligner control = AnswerAligner.of(upper, builder().mode(Mode.sample(0)).build());

    for (AnswerAligner answers : List.of(shadow, control)) {
      AlignmentStream stream = answers.stream(QUESTION, shown::add);
      stream.add("one");
      assertThat(shown).containsExactly("one");
      assertThat(stream.complete().text()).isEqualTo("one");
      shown.clear();
    }
    assertThat(recorder.events())
        .extracting(e -> e.exchange().arm())
        .containsExactly(Arm.SHADOW, Arm.SHADOW, Arm.CONTROL, Arm.CONTROL);
  }

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

  private AlignmentStream open(Aligner aligner, StreamDelivery delivery) {
    return AnswerAligner.of(aligner, builder().streams(delivery).build()).stream(
        QUESTION, shown::add);
  }

  private AlignmentStream live(Aligner aligner) {
    return AnswerAligner.of(aligner, livePolicy()).stream(QUESTION, shown::add);
  }

  private AlignmentPolicy livePolicy() {
    return builder()
        .streams(StreamDelivery.bufferThenLive())
        .acceptance(AcceptanceCheck.none())
        .build();
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

  /** Writes parts; an exclamation mark is a failure. */
  private record Writing(List<String> parts) implements Aligner {

    @Override
    public Correction correct(CorrectionRequest request) {
      return correct(request, part -> {});
    }

    @Override
    public Correction correct(CorrectionRequest request, Consumer<String> onText) {
      for (String part : parts) {
        if (part.equals("!")) {
          throw new InferenceException("broken", null);
        }
        onText.accept(part);
      }
      return Correction.of(request, String.join("", parts));
    }
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

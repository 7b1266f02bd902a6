package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.AlignedChatModel;
import dev.aligner.AlignedStreamingChatModel;
import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.ChatModel;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.DeadlineExceededException;
import dev.aligner.InferenceException;
import dev.aligner.OverloadedException;
import dev.aligner.StreamHandler;
import dev.aligner.StreamingChatModel;
import dev.aligner.event.AlignmentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a caller sees for each way in which the aligner or the upstream model fails, under each
 * policy. {@code original} and {@code corrected} are what is shown, {@code !} and a class what is
 * thrown, {@code nothing} what is shown before an error.
 */
class FaultInjectionTest {

  private static final String ORIGINAL = "Bad answer. ";

  private final Recorder recorder = new Recorder();

  /** The ways of an aligner to fail. */
  enum Fault {
    SLOW_AND_LOOKS_AT_THE_TIME,
    SLOW_AND_DOES_NOT,
    OVERLOADED,
    THROWS,
    RETURNS_BLANK,
    RETURNS_NULL,
    RETURNS_FAILED,
    CLOSED_MID_CALL,
    LACKS_A_LIBRARY
  }

  @ParameterizedTest
  @CsvSource({
    "SLOW_AND_LOOKS_AT_THE_TIME, RETURN_ORIGINAL, original,                         TIMEOUT",
    "SLOW_AND_LOOKS_AT_THE_TIME, THROW,           !DeadlineExceededException,       TIMEOUT",
    "SLOW_AND_DOES_NOT,          RETURN_ORIGINAL, corrected,                        ",
    "SLOW_AND_DOES_NOT,          THROW,           corrected,                        ",
    "OVERLOADED,                 RETURN_ORIGINAL, original,                         OVERLOAD",
    "OVERLOADED,                 THROW,           !OverloadedException,             OVERLOAD",
    "THROWS,                     RETURN_ORIGINAL, original,                         ENGINE_ERROR",
    "THROWS,                     THROW,           !IllegalStateException,           ENGINE_ERROR",
    "RETURNS_BLANK,              RETURN_ORIGINAL, original,                         UNACCEPTABLE",
    "RETURNS_BLANK,              THROW,           !UnacceptableCorrectionException, UNACCEPTABLE",
    "RETURNS_NULL,               RETURN_ORIGINAL, original,                         ENGINE_ERROR",
    "RETURNS_NULL,               THROW,           !NullPointerException,            ENGINE_ERROR",
    "RETURNS_FAILED,             RETURN_ORIGINAL, original,                         ENGINE_ERROR",
    "RETURNS_FAILED,             THROW,           !InferenceException,              ENGINE_ERROR",
    "CLOSED_MID_CALL,            RETURN_ORIGINAL, original,                         ENGINE_ERROR",
    "CLOSED_MID_CALL,            THROW,           !AlignerClosedException,          ENGINE_ERROR",
    "LACKS_A_LIBRARY,            RETURN_ORIGINAL, original,                         ENGINE_ERROR",
    "LACKS_A_LIBRARY,            THROW,           !InferenceException,              ENGINE_ERROR"
  })
  void aligner_failing(Fault fault, FailureAction action, String seen, FailureClass failure) {
    for (StreamDelivery delivery : List.of(StreamDelivery.buffer(), StreamDelivery.perSegment())) {
      assertThat(streamed(fault, action, delivery)).as("%s", delivery).isEqualTo(seen);
      requireTold(failure, action);
    }
    AlignedChatModel model =
        AlignedChatModel.builder(query -> ORIGINAL, aligner(fault))
            .policy(policy(action, StreamDelivery.buffer()))
            .build();
    assertThat(whole(model)).isEqualTo(seen);
    requireTold(failure, action);
    assertThat(model.answers().counts().failures()).isEqualTo(failure == null ? 0 : 1);
  }

  /** Where each class has an action of its own, each class has its own alone. */
  @ParameterizedTest
  @CsvSource({
    "SLOW_AND_LOOKS_AT_THE_TIME, TIMEOUT",
    "OVERLOADED, OVERLOAD",
    "THROWS, ENGINE_ERROR",
    "RETURNS_BLANK, UNACCEPTABLE"
  })
  void aligner_oneClassThrows_theOthersDoNot(Fault fault, FailureClass own) {
    for (FailureClass failure : FailureClass.values()) {
      if (failure == FailureClass.CANCELLED) {
        continue;
      }
      FailurePolicy throwingOne = FailurePolicy.returnOriginal().with(failure, FailureAction.THROW);
      ChatModel model =
          AlignedChatModel.builder(query -> ORIGINAL, aligner(fault))
              .policy(
                  AlignmentPolicy.builder()
                      .timeout(Duration.ofMillis(20))
                      .onFailure(throwingOne)
                      .build())
              .build();
      String seen = whole(model);
      if (failure == own) {
        assertThat(seen).as("%s", failure).startsWith("!");
      } else {
        assertThat(seen).as("%s", failure).isEqualTo("original");
      }
    }
  }

  /** In the shadow nothing that the aligner does is seen. */
  @Test
  void aligner_failingInTheShadow_isNotSeen() {
    for (Fault fault : Fault.values()) {
      ChatModel model =
          AlignedChatModel.builder(query -> ORIGINAL, aligner(fault))
              .policy(
                  AlignmentPolicy.builder()
                      .mode(Mode.shadow(Runnable::run))
                      .timeout(Duration.ofMillis(20))
                      .onFailure(FailurePolicy.throwing())
                      .listener(recorder)
                      .build())
              .build();

      assertThat(whole(model)).as("%s", fault).isEqualTo("original");
    }
    assertThat(recorder.events()).hasSize(2 * Fault.values().length);
  }

  @ParameterizedTest
  @CsvSource({
    "slow, corrected",
    "throws, !IllegalStateException",
    "blank, blank",
    "null, !NullPointerException"
  })
  void upstream_failing_wholeAnswers(String fault, String seen) {
    for (FailureAction action : FailureAction.values()) {
      ChatModel model =
          AlignedChatModel.builder(query -> upstream(fault), aligner(Fault.SLOW_AND_DOES_NOT))
              .policy(policy(action, StreamDelivery.buffer()))
              .build();

      assertThat(whole(model)).as("%s", action).isEqualTo(seen);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "slow,                buffer,      corrected",
    "slow,                perSegment,  corrected",
    "slow,                passThrough, original",
    "throwsAtOnce,        buffer,      nothing !IllegalStateException",
    "throwsAtOnce,        perSegment,  nothing !IllegalStateException",
    "throwsInTheMiddle,   buffer,      nothing !IllegalStateException",
    "throwsInTheMiddle,   perSegment,  nothing !IllegalStateException",
    "throwsInTheMiddle,   passThrough, part !IllegalStateException",
    "errorInTheMiddle,    buffer,      nothing error:IllegalStateException",
    "errorInTheMiddle,    perSegment,  nothing error:IllegalStateException",
    "errorInTheMiddle,    passThrough, part error:IllegalStateException",
    "blank,               buffer,      blank",
    "blank,               perSegment,  blank",
    "saysNothing,         buffer,      nothing",
    "saysNothing,         perSegment,  nothing",
    "nullPart,            buffer,      nothing error:NullPointerException",
    "nullPart,            perSegment,  nothing error:NullPointerException",
    "goesOnAfterTheEnd,   buffer,      corrected",
    "goesOnAfterTheEnd,   perSegment,  corrected",
    "goesOnAfterTheEnd,   passThrough, original",
    "errorAfterTheEnd,    buffer,      corrected",
    "endsTwice,           buffer,      corrected",
    "endsTwice,           perSegment,  corrected",
    "throwsAfterTheEnd,   buffer,      corrected !IllegalStateException"
  })
  void upstream_failing_streams(String fault, String delivery, String seen) {
    StreamDelivery chosen =
        switch (delivery) {
          case "buffer" -> StreamDelivery.buffer();
          case "perSegment" -> StreamDelivery.perSegment();
          default -> StreamDelivery.passThrough(Mode.shadow(Runnable::run));
        };
    for (FailureAction action : FailureAction.values()) {
      StreamingChatModel model =
          AlignedStreamingChatModel.builder(
                  (query, token, handler) -> stream(fault, handler),
                  aligner(Fault.SLOW_AND_DOES_NOT))
              .policy(policy(action, chosen))
              .build();

      assertThat(seen(model)).as("%s", action).isEqualTo(seen);
    }
    long ends = recorder.events().stream().filter(e -> e instanceof AlignmentEvent.Ended).count();
    assertThat(ends * 2).as("each Started has an end").isEqualTo(recorder.events().size());
  }

  private static String upstream(String fault) {
    pause(10);
    return switch (fault) {
      case "throws" -> throw new IllegalStateException("upstream");
      case "blank" -> " ";
      case "null" -> nothing();
      default -> ORIGINAL;
    };
  }

  private static void stream(String fault, StreamHandler handler) {
    if (fault.equals("throwsAtOnce")) {
      throw new IllegalStateException("upstream");
    }
    if (fault.equals("saysNothing")) {
      handler.onComplete();
      return;
    }
    if (fault.equals("blank")) {
      handler.onText(" ");
      handler.onComplete();
      return;
    }
    handler.onText("Bad ");
    pause(5);
    switch (fault) {
      case "throwsInTheMiddle" -> throw new IllegalStateException("upstream");
      case "errorInTheMiddle" -> handler.onError(new IllegalStateException("upstream"));
      case "nullPart" -> handler.onText(nothing());
      default -> {
        handler.onText("answer. ");
        handler.onComplete();
      }
    }
    switch (fault) {
      case "goesOnAfterTheEnd" -> handler.onText("And a secret.");
      case "errorAfterTheEnd" -> handler.onError(new IllegalStateException("late"));
      case "endsTwice" -> handler.onComplete();
      case "throwsAfterTheEnd" -> throw new IllegalStateException("late");
      case "nullPart" -> handler.onText("and goes on");
      default -> {}
    }
  }

  private static Aligner aligner(Fault fault) {
    return request ->
        switch (fault) {
          case SLOW_AND_LOOKS_AT_THE_TIME -> throw late(request);
          case SLOW_AND_DOES_NOT -> late(request, "Good answer.");
          case OVERLOADED -> throw new OverloadedException(8, "too many calls");
          case THROWS -> throw new IllegalStateException("broken");
          case RETURNS_BLANK -> Correction.of(request, " ");
          case RETURNS_NULL -> nothing();
          case RETURNS_FAILED -> Correction.failed(request, new InferenceException("broken", null));
          case CLOSED_MID_CALL -> throw closedByAnother();
          case LACKS_A_LIBRARY -> throw new NoClassDefFoundError("ai/onnxruntime/OrtEnvironment");
        };
  }

  private static RuntimeException late(CorrectionRequest request) {
    pause(request.timeout().orElse(Duration.ZERO).toMillis());
    return new DeadlineExceededException(request.timeout().orElseThrow());
  }

  private static Correction late(CorrectionRequest request, String text) {
    pause(request.timeout().map(Duration::toMillis).orElse(0L) + 5);
    String answer = request.answer();
    String end = answer.substring(answer.stripTrailing().length());
    return Correction.of(request, text + end);
  }

  /** As an engine does: the call runs, another thread closes, the call ends. */
  private static RuntimeException closedByAnother() {
    CountDownLatch closed = new CountDownLatch(1);
    Thread closer = new Thread(closed::countDown);
    closer.start();
    try {
      closed.await();
      closer.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new AlignerClosedException();
  }

  private AlignmentPolicy policy(FailureAction action, StreamDelivery delivery) {
    return AlignmentPolicy.builder()
        .timeout(Duration.ofMillis(20))
        .onFailure(
            action == FailureAction.THROW
                ? FailurePolicy.throwing()
                : FailurePolicy.returnOriginal())
        .streams(delivery)
        .listener(recorder)
        .build();
  }

  private void requireTold(FailureClass failure, FailureAction action) {
    if (failure == null) {
      assertThat(recorder.names()).containsExactly("Started", "Corrected");
    } else {
      AlignmentEvent.Failed event = recorder.last(AlignmentEvent.Failed.class);
      assertThat(event.failure()).isEqualTo(failure);
      assertThat(event.action()).isEqualTo(action);
    }
    recorder.events().clear();
  }

  private String streamed(Fault fault, FailureAction action, StreamDelivery delivery) {
    StreamingChatModel model =
        AlignedStreamingChatModel.builder(
                (query, token, handler) -> {
                  handler.onText("Bad ");
                  handler.onText("answer. ");
                  handler.onComplete();
                },
                aligner(fault))
            .policy(policy(action, delivery))
            .build();
    return seen(model).replace("nothing error:", "!");
  }

  private static String whole(ChatModel model) {
    try {
      return word(model.chat("question"));
    } catch (RuntimeException e) {
      return "!" + e.getClass().getSimpleName();
    }
  }

  private static String seen(StreamingChatModel model) {
    StringBuilder text = new StringBuilder();
    List<String> ends = new ArrayList<>();
    StreamHandler handler =
        new StreamHandler() {
          @Override
          public void onText(String part) {
            assertThat(ends).as("text after the end").isEmpty();
            assertThat(part).isNotEmpty();
            text.append(part);
          }

          @Override
          public void onComplete() {
            ends.add("");
          }

          @Override
          public void onError(Throwable error) {
            ends.add(" error:" + error.getClass().getSimpleName());
          }
        };
    try {
      model.chat("question", handler);
    } catch (RuntimeException e) {
      if (ends.isEmpty()) {
        ends.add("");
      }
      ends.set(0, ends.get(0) + " !" + e.getClass().getSimpleName());
    }
    assertThat(ends).as("ends").hasSize(1);
    return word(text.toString()) + ends.get(0);
  }

  private static String word(String text) {
    return switch (text) {
      case ORIGINAL -> "original";
      case "Good answer. " -> "corrected";
      case "Bad " -> "part";
      case " " -> "blank";
      case "" -> "nothing";
      default -> text;
    };
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a faulty model does
  private static <T> T nothing() {
    return null;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

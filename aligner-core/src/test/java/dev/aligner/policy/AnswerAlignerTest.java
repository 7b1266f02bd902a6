package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.CorrectionUsage;
import dev.aligner.DeadlineExceededException;
import dev.aligner.InferenceException;
import dev.aligner.OverloadedException;
import dev.aligner.SkipReason;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.AlignmentListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class AnswerAlignerTest {

  private static final AlignmentContext QUESTION = AlignmentContext.of("question");

  private final Recorder recorder = new Recorder();
  private final Aligner shouting = request -> Correction.of(request, request.answer() + "!");

  @Test
  void align_aChange_isShownAndTold() {
    AnswerAligner answers = answers(shouting);

    AlignmentResult result = answers.align(QUESTION, "yes");

    assertThat(result.text()).isEqualTo("yes!");
    assertThat(result.arm()).isEqualTo(Arm.ALIGNED);
    assertThat(recorder.names()).containsExactly("Started", "Corrected");
    AlignmentEvent.Corrected event = recorder.last(AlignmentEvent.Corrected.class);
    assertThat(result.ended()).containsSame(event);
    assertThat(event.exchange().original()).isEqualTo("yes");
    assertThat(event.corrected()).contains("yes!");
    assertThat(event.passes()).isEqualTo(1);
    assertThat(event.exchange().id()).isEqualTo(recorder.events().get(0).exchange().id());
    assertThat(answers.counts().corrected()).isEqualTo(1);
  }

  @Test
  void align_noChange_isKeptAndNotJudged() {
    AcceptanceCheck never =
        (draft, corrected) -> {
          throw new IllegalStateException("not to be asked");
        };
    AnswerAligner answers =
        AnswerAligner.of(
            request -> Correction.of(request, request.answer()),
            builder().acceptance(never).build());

    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes");
    assertThat(recorder.names()).containsExactly("Started", "Kept");
    assertThat(answers.counts().kept()).isEqualTo(1);
  }

  @Test
  void align_theGateRejects_asksNobody() {
    AnswerAligner answers = answers(AnswerAlignerTest::notToBeAsked);

    assertThat(answers.align(QUESTION, " ").text()).isEqualTo(" ");
    assertThat(recorder.last(AlignmentEvent.Skipped.class).reason()).isEqualTo("blank");
    assertThat(answers.counts().skipped()).isEqualTo(1);
  }

  @Test
  void align_theAlignerSkips_tellsItsReason() {
    AnswerAligner answers =
        answers(request -> Correction.skipped(request, SkipReason.PROMPT_TOO_LONG));

    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes");
    assertThat(recorder.last(AlignmentEvent.Skipped.class).reason()).isEqualTo("prompt_too_long");
  }

  @Test
  void align_whatIsNotAccepted_isNotShown() {
    AnswerAligner answers = answers(request -> Correction.of(request, ""));

    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes");
    AlignmentEvent.Failed event = recorder.last(AlignmentEvent.Failed.class);
    assertThat(event.failure()).isEqualTo(FailureClass.UNACCEPTABLE);
    assertThat(event.reason()).isEqualTo("empty");
    assertThat(event.corrected()).contains("");
    assertThat(event.action()).isEqualTo(FailureAction.RETURN_ORIGINAL);
  }

  @Test
  void align_aGateThatThrows_isAFailureLikeAnyOther() {
    AnswerAligner answers =
        AnswerAligner.of(
            shouting,
            builder()
                .gate(
                    draft -> {
                      throw new IllegalStateException("broken gate");
                    })
                .build());

    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes");
    assertThat(recorder.last(AlignmentEvent.Failed.class).failure())
        .isEqualTo(FailureClass.ENGINE_ERROR);
  }

  @Test
  void align_aListenerThatThrows_breaksNothing() {
    AlignmentListener broken =
        event -> {
          throw new IllegalStateException("broken listener");
        };
    AlignmentListener veryBroken =
        event -> {
          throw new AssertionError("very broken listener");
        };
    AnswerAligner answers =
        AnswerAligner.of(
            shouting, builder().listener(AlignmentListener.all(broken, recorder)).build());
    AnswerAligner others = AnswerAligner.of(shouting, builder().listener(veryBroken).build());

    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes!");
    assertThat(others.align(QUESTION, "yes").text()).isEqualTo("yes!");
    assertThat(recorder.names()).containsExactly("Started", "Corrected");
    assertThat(answers.counts().listenerFailures()).isEqualTo(2);
    assertThat(others.counts().listenerFailures()).isEqualTo(2);
  }

  @Test
  void align_anErrorOfTheJvm_passesThrough() {
    AnswerAligner answers =
        answers(
            request -> {
              throw new OutOfMemoryError("test");
            });
    AnswerAligner unlinked =
        answers(
            request -> {
              throw new UnsatisfiedLinkError("no library");
            });

    assertThatThrownBy(() -> answers.align(QUESTION, "yes")).isInstanceOf(OutOfMemoryError.class);
    assertThat(unlinked.align(QUESTION, "yes").text()).isEqualTo("yes");
    assertThat(recorder.last(AlignmentEvent.Failed.class).exception())
        .isInstanceOf(InferenceException.class)
        .hasCauseInstanceOf(UnsatisfiedLinkError.class);
  }

  @Test
  void align_severalPasses_untilNothingChanges() {
    Aligner threeTimes =
        request ->
            Correction.of(
                    request,
                    request.answer().length() < 6 ? request.answer() + "!" : request.answer())
                .withUsage(CorrectionUsage.builder(Duration.ofMillis(2)).outputTokens(3).build());
    AnswerAligner answers = AnswerAligner.of(threeTimes, builder().maxPasses(10).build());

    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes!!!");
    AlignmentEvent.Corrected event = recorder.last(AlignmentEvent.Corrected.class);
    assertThat(event.passes()).isEqualTo(4);
    assertThat(event.correction().request().answer()).isEqualTo("yes");
    assertThat(event.correction().usage().orElseThrow().outputTokens()).hasValue(12);
    assertThat(event.correction().usage().orElseThrow().duration()).isEqualTo(Duration.ofMillis(8));
  }

  @Test
  void align_onePass_asksOnce() {
    assertThat(answers(shouting).align(QUESTION, "yes").text()).isEqualTo("yes!");
    AnswerAligner two = AnswerAligner.of(shouting, builder().maxPasses(2).build());
    assertThat(two.align(QUESTION, "yes").text()).isEqualTo("yes!!");
  }

  @Test
  void align_passesThatComeBack_keep() {
    Aligner flipping = request -> Correction.of(request, request.answer().equals("a") ? "b" : "a");
    AnswerAligner answers = AnswerAligner.of(flipping, builder().maxPasses(2).build());

    assertThat(answers.align(QUESTION, "a").text()).isEqualTo("a");
    assertThat(recorder.names()).containsExactly("Started", "Kept");
  }

  @Test
  void align_aTimeout_isTheEnginesAndThatOfAllPasses() {
    List<Duration> timeouts = new ArrayList<>();
    Aligner slow =
        request -> {
          timeouts.add(request.timeout().orElseThrow());
          pause(20);
          return Correction.of(request, request.answer() + "!");
        };
    Duration most = Duration.ofMillis(50);
    AnswerAligner answers = AnswerAligner.of(slow, builder().timeout(most).maxPasses(16).build());

    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes");
    assertThat(timeouts).hasSizeBetween(1, 3);
    assertThat(timeouts.get(0)).isLessThanOrEqualTo(most).isPositive();
    assertThat(timeouts).isSortedAccordingTo((a, b) -> b.compareTo(a));
    AlignmentEvent.Failed event = recorder.last(AlignmentEvent.Failed.class);
    assertThat(event.failure()).isEqualTo(FailureClass.TIMEOUT);
    assertThat(((DeadlineExceededException) event.exception()).timeout()).isEqualTo(most);
  }

  @Test
  void align_noTimeout_setsNone() {
    Aligner asking =
        request -> Correction.of(request, request.timeout().isEmpty() ? "none" : "some");

    assertThat(answers(asking).align(QUESTION, "yes").text()).isEqualTo("none");
  }

  @Test
  void align_cancelled_throwsWhateverThePolicySays() {
    CancellationToken token = new CancellationToken();
    AnswerAligner answers = answers(AnswerAlignerTest::notToBeAsked);
    token.cancel();

    assertThatThrownBy(() -> answers.align(QUESTION.withCancellation(token), "yes"))
        .isInstanceOf(CancelledException.class);
    AlignmentEvent.Failed event = recorder.last(AlignmentEvent.Failed.class);
    assertThat(event.failure()).isEqualTo(FailureClass.CANCELLED);
    assertThat(event.action()).isEqualTo(FailureAction.THROW);
  }

  @Test
  void align_aToken_isGivenToTheEngine() {
    CancellationToken token = new CancellationToken();
    List<Optional<CancellationToken>> seen = new ArrayList<>();
    AnswerAligner answers =
        answers(
            request -> {
              seen.add(request.cancellation());
              return Correction.of(request, "x");
            });

    answers.align(QUESTION.withCancellation(token), "yes");

    assertThat(seen).containsExactly(Optional.of(token));
  }

  @Test
  void align_sample_recordsTheArms() {
    AnswerAligner answers = AnswerAligner.of(shouting, builder().mode(Mode.sample(0.5)).build());

    AlignmentResult control = answers.align(QUESTION.withSamplingKey("user-1"), "yes");
    AlignmentResult aligned = answers.align(QUESTION.withSamplingKey("user-2"), "yes");

    assertThat(control.text()).isEqualTo("yes");
    assertThat(control.arm()).isEqualTo(Arm.CONTROL);
    assertThat(aligned.text()).isEqualTo("yes!");
    assertThat(recorder.names()).containsExactly("Started", "Skipped", "Started", "Corrected");
    assertThat(recorder.events().get(1).exchange().arm()).isEqualTo(Arm.CONTROL);
    assertThat(((AlignmentEvent.Skipped) recorder.events().get(1)).reason()).isEqualTo("control");
    assertThat(recorder.events().get(3).exchange().arm()).isEqualTo(Arm.ALIGNED);
  }

  @Test
  void align_shadow_answersAtOnceAndCorrectsBeside() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    AnswerAligner answers =
        AnswerAligner.of(shouting, builder().mode(Mode.shadow(tasks::add)).build());

    AlignmentResult result = answers.align(QUESTION, "yes");

    assertThat(result.text()).isEqualTo("yes");
    assertThat(result.arm()).isEqualTo(Arm.SHADOW);
    assertThat(result.ended()).isEmpty();
    assertThat(recorder.events()).isEmpty();
    tasks.remove().run();
    assertThat(recorder.names()).containsExactly("Started", "Corrected");
    assertThat(recorder.last(AlignmentEvent.Corrected.class).exchange().arm())
        .isEqualTo(Arm.SHADOW);
  }

  @Test
  void align_shadow_isBounded() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    AnswerAligner answers =
        AnswerAligner.of(
            shouting,
            builder()
                .mode(Mode.shadow(tasks::add).withMaxPending(2))
                .onFailure(FailurePolicy.throwing())
                .build());

    for (int i = 0; i < 5; i++) {
      assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes");
    }

    assertThat(tasks).hasSize(2);
    assertThat(answers.counts().failed()).containsEntry(FailureClass.OVERLOAD, 3L);
    AlignmentEvent.Failed event = recorder.last(AlignmentEvent.Failed.class);
    assertThat(event.action()).isEqualTo(FailureAction.RETURN_ORIGINAL);
    assertThat(((OverloadedException) event.exception()).capacity()).isEqualTo(2);
    tasks.remove().run();
    answers.align(QUESTION, "yes");
    assertThat(tasks).hasSize(2);
  }

  @Test
  void align_shadow_anExecutorThatRefuses_costsNoAnswer() {
    AnswerAligner answers =
        AnswerAligner.of(
            shouting,
            builder()
                .mode(
                    Mode.shadow(
                        task -> {
                          throw new RejectedExecutionException("full");
                        }))
                .build());

    for (int i = 0; i < 100; i++) {
      assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes");
    }
    assertThat(answers.counts().failed()).containsEntry(FailureClass.OVERLOAD, 100L);
  }

  @Test
  void events_neverTellTexts() {
    AnswerAligner answers = answers(request -> Correction.of(request, "secret correction"));
    answers.align(AlignmentContext.of("secret question").withSamplingKey("secret key"), "secret a");
    AnswerAligner failing = answers(request -> Correction.of(request, ""));
    AlignmentResult result = failing.align(AlignmentContext.of("secret question"), "secret answer");

    assertThat(recorder.events()).hasSize(4);
    assertThat(recorder.events().toString()).doesNotContain("secret").contains("UNACCEPTABLE");
    assertThat(result.toString()).doesNotContain("secret");
  }

  private AnswerAligner answers(Aligner aligner) {
    return AnswerAligner.of(aligner, builder().build());
  }

  private AlignmentPolicy.Builder builder() {
    return AlignmentPolicy.builder().listener(recorder);
  }

  private static Correction notToBeAsked(CorrectionRequest request) {
    throw new OutOfMemoryError("not to be asked");
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

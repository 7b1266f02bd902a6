package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import dev.aligner.UnacceptableCorrectionException;
import dev.aligner.event.AlignmentEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AlignmentStreamTest {

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
}

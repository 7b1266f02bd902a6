package dev.aligner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.event.AlignmentEvent;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerTrait;
import dev.aligner.policy.Arm;
import dev.aligner.policy.FailureAction;
import dev.aligner.policy.FailureClass;
import dev.aligner.policy.FailurePolicy;
import dev.aligner.policy.Mode;
import dev.aligner.policy.Recorder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlignedChatModelTest {

  private final Recorder recorder = new Recorder();
  private final Aligner shouting = request -> Correction.of(request, request.answer() + "!");
  private final Aligner failing =
      request -> {
        throw new InferenceException("broken", null);
      };

  @Test
  void of_aFailingAligner_answersAsTheUpstreamDoes() {
    AlignedChatModel model = AlignedChatModel.of(query -> "yes", failing);

    assertThat(model.chat("question")).isEqualTo("yes");
    assertThat(model.answers().counts().failed()).containsEntry(FailureClass.ENGINE_ERROR, 1L);
  }

  @Test
  void policy_throwing_throwsWhatTheAlignerThrew() {
    ChatModel model =
        failing.wrap(
            query -> "yes", AlignmentPolicy.builder().onFailure(FailurePolicy.throwing()).build());

    assertThatThrownBy(() -> model.chat("question"))
        .isInstanceOf(InferenceException.class)
        .hasMessage("broken");
  }

  @Test
  void context_isMadeOfEachQuestion() {
    AlignedChatModel model =
        AlignedChatModel.builder(query -> "{}", shouting)
            .policy(AlignmentPolicy.builder().listener(recorder).build())
            .context(
                query -> AlignmentContext.of("about " + query).with(AnswerTrait.STRUCTURED_OUTPUT))
            .build();

    assertThat(model.chat("this")).isEqualTo("{}");
    AlignmentEvent.Skipped event = recorder.last(AlignmentEvent.Skipped.class);
    assertThat(event.reason()).isEqualTo("structured_output");
    assertThat(event.exchange().context().query()).isEqualTo("about this");
    assertThat(event.exchange().context().upstreamTime()).isPresent();
  }

  @Test
  void sample_withoutAKey_goesByTheQuestion() {
    AlignedChatModel model =
        AlignedChatModel.builder(query -> "yes", shouting)
            .policy(AlignmentPolicy.builder().mode(Mode.sample(0.5)).build())
            .build();

    for (int i = 0; i < 50; i++) {
      String question = "question " + i;
      boolean aligned = Mode.sample(0.5).arm(question) == Arm.ALIGNED;
      assertThat(model.chat(question)).isEqualTo(aligned ? "yes!" : "yes");
      assertThat(model.chat(question)).isEqualTo(aligned ? "yes!" : "yes");
    }
  }

  @Test
  void stacked_eachFailsForItself() {
    ChatModel model = failing.wrap(shouting.wrap(query -> "yes"));

    assertThat(model.chat("question")).isEqualTo("yes!");
  }

  @Test
  void failurePolicy_hasAnActionForEachClass() {
    FailurePolicy policy =
        FailurePolicy.returnOriginal().with(FailureClass.OVERLOAD, FailureAction.THROW);

    assertThat(policy.action(FailureClass.OVERLOAD)).isEqualTo(FailureAction.THROW);
    assertThat(policy.action(FailureClass.TIMEOUT)).isEqualTo(FailureAction.RETURN_ORIGINAL);
    assertThat(policy.action(FailureClass.CANCELLED)).isEqualTo(FailureAction.THROW);
    assertThat(policy)
        .isEqualTo(FailurePolicy.returnOriginal().with(FailureClass.OVERLOAD, FailureAction.THROW))
        .isNotEqualTo(FailurePolicy.returnOriginal());
    assertThatThrownBy(() -> policy.with(FailureClass.CANCELLED, FailureAction.RETURN_ORIGINAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CANCELLED");
  }

  @Test
  void fingerprint_ofAStub_isUnknown() {
    assertThat(shouting.fingerprint()).isEqualTo(Optional.empty());
  }
}

package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import dev.aligner.event.AlignmentEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CorrectionCacheTest {

  private static final AlignmentContext QUESTION = AlignmentContext.of("question");

  private final Recorder recorder = new Recorder();

  @Test
  void align_aCache_asksOnceForTheSame() {
    List<CorrectionRequest> asked = new ArrayList<>();
    MapCache cache = new MapCache();
    AnswerAligner answers =
        AnswerAligner.of(new Known("m1", asked, "!"), builder().maxPasses(2).cache(cache).build());
    AnswerAligner other =
        AnswerAligner.of(new Known("m2", asked, "?"), builder().cache(cache).build());

    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes!");
    assertThat(asked).hasSize(2);
    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes!");
    assertThat(asked).hasSize(2);
    assertThat(recorder.last(AlignmentEvent.Corrected.class).passes()).isZero();
    answers.align(AlignmentContext.of("another question"), "yes");
    assertThat(asked).hasSize(4);
    assertThat(other.align(QUESTION, "yes").text()).isEqualTo("yes?");
  }

  @Test
  void align_aCache_doesNotRememberWhatFailed() {
    MapCache cache = new MapCache();
    List<CorrectionRequest> asked = new ArrayList<>();
    Aligner failing = new Known("m", asked, "");
    AnswerAligner answers = AnswerAligner.of(failing, builder().cache(cache).build());

    answers.align(QUESTION, "yes");
    answers.align(QUESTION, "yes");

    assertThat(asked).hasSize(2);
    assertThat(cache.texts).isEmpty();
  }

  @Test
  void of_aCacheAndAnUnknownAligner_isRefused() {
    Aligner unknown = request -> Correction.of(request, "x");
    AlignmentPolicy policy = builder().cache(new MapCache()).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnswerAligner.of(unknown, policy))
        .withMessageContaining("fingerprint()");
  }

  private AlignmentPolicy.Builder builder() {
    return AlignmentPolicy.builder().listener(recorder);
  }

  /** An aligner that tells what it is; it fails where there is nothing to add. */
  private record Known(String name, List<CorrectionRequest> asked, String added)
      implements Aligner {

    @Override
    public Correction correct(CorrectionRequest request) {
      asked.add(request);
      if (added.isEmpty()) {
        throw new InferenceException("broken", null);
      }
      boolean done = request.answer().endsWith(added);
      return Correction.of(request, done ? request.answer() : request.answer() + added);
    }

    @Override
    public Optional<String> fingerprint() {
      return Optional.of(name);
    }
  }

  private static final class MapCache implements CorrectionCache {
    private final Map<CorrectionKey, String> texts = new HashMap<>();

    @Override
    public Optional<String> find(CorrectionKey key) {
      return Optional.ofNullable(texts.get(key));
    }

    @Override
    public void put(CorrectionKey key, String text) {
      texts.put(key, text);
    }
  }
}

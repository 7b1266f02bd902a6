package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.internal.StableHash;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModeTest {

  /** Computed by a second implementation, in Python; they hold for ever. */
  @ParameterizedTest
  @CsvSource({
    "'', efd01f60ba992926",
    "a, 82a2a958a9bece5b",
    "'aligner\nuser-1', f21408b4d23ae4e5",
    "'aligner\nuser-2', 41a44185717e720d",
    "'aligner\nübermaß 😀', f260145a00a46668"
  })
  void stableHash_isWhatItsDocumentSays(String text, String expected) {
    assertThat(Long.toHexString(StableHash.of(text))).isEqualTo(expected);
  }

  @Test
  void arm_ofAKey_isFixedForEver() {
    Mode.Sample half = Mode.sample(0.5);

    assertThat(half.arm("user-1")).isEqualTo(Arm.CONTROL);
    assertThat(half.arm("user-2")).isEqualTo(Arm.ALIGNED);
    assertThat(Mode.sample(0.946).arm("user-1")).isEqualTo(Arm.ALIGNED);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.25, 0.5, 0.9, 1})
  void arm_ofManyKeys_hasTheShare(double share) {
    Mode.Sample sample = Mode.sample(share);

    long aligned =
        IntStream.range(0, 20_000).filter(i -> sample.arm("user-" + i) == Arm.ALIGNED).count();

    assertThat(aligned / 20_000.0).isCloseTo(share, within(0.01));
  }

  @Test
  void arm_aLargerShare_keepsThoseThatWereAligned() {
    for (int i = 0; i < 5_000; i++) {
      if (Mode.sample(0.2).arm("user-" + i) == Arm.ALIGNED) {
        assertThat(Mode.sample(0.3).arm("user-" + i)).isEqualTo(Arm.ALIGNED);
      }
    }
  }

  @Test
  void arm_anotherExperiment_drawsAnew() {
    Mode.Sample first = Mode.sample(0.5);
    Mode.Sample second = first.withExperiment("second");

    long same =
        IntStream.range(0, 10_000).filter(i -> first.arm("u" + i) == second.arm("u" + i)).count();

    assertThat(same / 10_000.0).isCloseTo(0.5, within(0.03));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void sample_aShareThatIsNone_isRefused(double share) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mode.sample(share))
        .withMessage("expected a share of 0 to 1; found " + share);
  }

  @Test
  void shadow_noRoom_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mode.shadow(Runnable::run).withMaxPending(0))
        .withMessage("expected maxPending of at least 1; found 0");
  }
}

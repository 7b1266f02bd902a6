package dev.aligner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExceptionsTest {

  @Test
  void modelLoad_tellsFileExpectedFoundAndFix() {
    ModelLoadException exception =
        new ModelLoadException(Path.of("model", "config.json"), "an object", "a list", "mend it");

    assertThat(exception)
        .hasMessage(
            Path.of("model", "config.json") + ": expected an object; found a list. Fix: mend it");
    assertThat(exception.file()).isEqualTo(Path.of("model", "config.json"));
    assertThat(exception.expected()).isEqualTo("an object");
    assertThat(exception.found()).isEqualTo("a list");
    assertThat(exception.fix()).isEqualTo("mend it");
  }

  @Test
  void limitExceeded_tellsWhichLimit() {
    LimitExceededException exception =
        new LimitExceededException(SkipReason.PROMPT_TOO_LONG, 512, "too long");

    assertThat(exception.reason()).isEqualTo(SkipReason.PROMPT_TOO_LONG);
    assertThat(exception.limit()).isEqualTo(512);
  }

  @Test
  void overloaded_tellsHowManyMayWait() {
    OverloadedException exception = new OverloadedException(8, "too many");

    assertThat(exception).isInstanceOf(AlignerException.class).hasMessage("too many");
    assertThat(exception.capacity()).isEqualTo(8);
  }

  @Test
  void closed_standsBesideTheTree() {
    assertThat(new AlignerClosedException())
        .isInstanceOf(IllegalStateException.class)
        .isNotInstanceOf(AlignerException.class);
  }
}

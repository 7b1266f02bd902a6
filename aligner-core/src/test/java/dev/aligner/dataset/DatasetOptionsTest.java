package dev.aligner.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.policy.AcceptanceCheck;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetOptionsTest {

  @Test
  void build_nothingSet_hasTheDefaults() {
    DatasetOptions options = DatasetOptions.builder(DatasetFormat.QAC).build();

    assertThat(options.formats()).containsExactly(DatasetFormat.QAC);
    assertThat(options.deduplication()).isEqualTo(Deduplication.NORMALIZED);
    assertThat(options.minEditRatio()).isZero();
    assertThat(options.maxEditRatio()).isInfinite();
    assertThat(options.acceptance()).isSameAs(AcceptanceCheck.ofDefaults());
    assertThat(options.acceptanceName()).isEqualTo("defaults");
    assertThat(options.maxCharacters()).isEqualTo(20_000);
    assertThat(options.allowedRounds()).isEqualTo(1);
    assertThat(options.share()).isEqualTo(1);
    assertThat(options.seed()).isZero();
    assertThat(options.rejects()).isEmpty();
  }

  @Test
  void builder_wrongValues_areNamed() {
    DatasetOptions.Builder builder = DatasetOptions.builder(DatasetFormat.QAC);

    assertThatThrownBy(() -> builder.minEditRatio(-0.1)).hasMessageContaining("found -0.1");
    assertThatThrownBy(() -> builder.minEditRatio(Double.NaN)).hasMessageContaining("found NaN");
    assertThatThrownBy(() -> builder.maxEditRatio(0)).hasMessageContaining("found 0.0");
    assertThatThrownBy(() -> builder.maxCharacters(0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> builder.allowedRounds(0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> builder.share(0)).hasMessageContaining("found 0.0");
    assertThatThrownBy(() -> builder.share(1.1)).hasMessageContaining("found 1.1");
  }

  @Test
  void build_contradictions_areRefused() {
    for (DatasetOptions.Builder builder :
        List.of(
            DatasetOptions.builder(DatasetFormat.QAC).minEditRatio(0.5).maxEditRatio(0.4),
            DatasetOptions.builder(DatasetFormat.QAC).share(0.5),
            DatasetOptions.builder(DatasetFormat.IDENTITY).minEditRatio(0.5),
            DatasetOptions.builder(DatasetFormat.IDENTITY).maxEditRatio(0.5))) {
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("expected ");
    }
    assertThatThrownBy(() -> DatasetOptions.builder(DatasetFormat.IDENTITY, DatasetFormat.QAC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("identity alone");
  }
}

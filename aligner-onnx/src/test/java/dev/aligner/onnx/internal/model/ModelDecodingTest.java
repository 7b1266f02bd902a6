package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.DecodingOption.LENGTH_PENALTY;
import static dev.aligner.onnx.DecodingOption.NUM_BEAMS;
import static dev.aligner.onnx.DecodingOption.NUM_RETURN_SEQUENCES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Decoding;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelDecodingTest {

  private static final Path FILE = Path.of("generation_config.json");
  private static final Decoding BEAMS =
      Decoding.ofModel().with(NUM_BEAMS, 4).with(LENGTH_PENALTY, 2.0);

  @Test
  void under_choiceOfTheModel_isTheModelsBelowWhatIsSet() {
    ModelDecoding model = new ModelDecoding(FILE, BEAMS, List.of());

    Decoding decoding = model.under(Decoding.ofModel().with(LENGTH_PENALTY, 0.5));

    assertThat(decoding.get(NUM_BEAMS)).isEqualTo(4);
    assertThat(decoding.get(LENGTH_PENALTY)).isEqualTo(0.5);
  }

  @Test
  void under_explicitChoice_isThatAlone() {
    ModelDecoding model = new ModelDecoding(FILE, BEAMS, List.of("guidance_scale=2"));

    assertThat(model.under(Decoding.greedy()).get(NUM_BEAMS)).isEqualTo(1);
    assertThat(model.under(Decoding.beamSearch(2)).get(LENGTH_PENALTY)).isEqualTo(1.0);
  }

  @Test
  void under_refusedSettings_sayWhatToDo() {
    ModelDecoding model = new ModelDecoding(FILE, BEAMS, List.of("guidance_scale=2"));

    assertThatThrownBy(() -> model.under(Decoding.ofModel().with(NUM_BEAMS, 1)))
        .isInstanceOfSatisfying(
            ModelLoadException.class,
            e -> {
              assertThat(e.file()).isEqualTo(FILE);
              assertThat(e.found()).isEqualTo("[guidance_scale=2]");
              assertThat(e.fix()).contains("Decoding.greedy()");
            });
  }

  @Test
  void under_moreOutputsThanBeams_isRefused() {
    ModelDecoding model = new ModelDecoding(FILE, BEAMS, List.of());

    assertThat(model.under(Decoding.ofModel().with(NUM_RETURN_SEQUENCES, 4)).get(NUM_BEAMS))
        .isEqualTo(4);
    assertThat(model.under(Decoding.sampling().with(NUM_RETURN_SEQUENCES, 9)).get(NUM_BEAMS))
        .isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.under(Decoding.ofModel().with(NUM_RETURN_SEQUENCES, 5)))
        .withMessage("expected num_return_sequences of at most 4, the beams; found 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.under(Decoding.greedy().with(NUM_RETURN_SEQUENCES, 2)))
        .withMessageContaining("at most 1, all that greedy search has; found 2");
  }
}

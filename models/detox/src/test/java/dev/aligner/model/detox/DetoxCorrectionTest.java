package dev.aligner.model.detox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionUsage;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.Segmentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The shipped files, through the public door, against transformers driving the same files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DetoxCorrectionTest {

  /** Written by models/recipe/goldens.py. */
  private static final Path GOLDENS = Path.of("..", "recipe", "goldens", "goldens.json");

  private final OnnxAligner aligner = OnnxAligner.bundled();

  @AfterAll
  void close() {
    aligner.close();
  }

  @Test
  void correct_oneSentence_isWhatTransformersGenerates() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(GOLDENS.toFile()).path("cases");
    assertThat(cases.size()).isGreaterThanOrEqualTo(30);
    int changed = 0;
    try (OnnxAligner whole =
        OnnxAligner.builder(new DetoxModel()).segmentation(Segmentation.none()).build()) {
      for (JsonNode golden : cases) {
        String text = golden.path("text").textValue();
        Correction correction = whole.correct("", text);
        CorrectionUsage usage = correction.usage().orElseThrow();

        assertThat(usage.outputTokenIds()).as(text).isEqualTo(ints(golden.path("token_ids")));
        assertThat(usage.promptTokens()).as(text).hasValue(golden.path("input_ids").size());
        assertThat(correction.text()).as(text).isEqualTo(golden.path("output").textValue());
        changed += correction.changed() ? 1 : 0;
      }
    }
    assertThat(changed).as("goldens that are no copy").isBetween(5, cases.size() - 5);
  }

  @Test
  void correct_anInsult_takesItOutAndKeepsTheRest() {
    String code = "```\nint idiot = 1; // stupid name\n```\n";
    String answer =
        "Paris is the capital of France. You are an idiot if you did not know that.\n\n" + code;

    Correction correction = aligner.correct("What is the capital of France?", answer);

    assertThat(correction.outcome()).isEqualTo(new CorrectionOutcome.Corrected());
    assertThat(correction.text())
        .startsWith("Paris is the capital of France. ")
        .endsWith("\n\n" + code);
    assertThat(correction.text().substring(0, correction.text().length() - code.length()))
        .doesNotContain("idiot");
  }

  @Test
  void correct_aFineAnswer_keepsEveryCharacter() {
    String answer =
        "Use `git revert`, not `git reset`.\r\n\r\n  1. See https://example.com/a_(b)?c=d.\n"
            + "  2. It takes 3.5 % longer.\t\n";

    Correction correction = aligner.correct("How do I undo a commit?", answer);

    assertThat(correction.text()).isEqualTo(answer);
    assertThat(correction.outcome()).isEqualTo(new CorrectionOutcome.Kept());
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}

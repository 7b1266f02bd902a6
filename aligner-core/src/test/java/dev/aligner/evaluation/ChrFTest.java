package dev.aligner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Against what sacreBLEU says, see src/test/goldens. */
class ChrFTest {

  @Test
  void score_everyGolden_isThatOfSacrebleu() throws Exception {
    ChrF corpus = ChrF.EMPTY;
    JsonNode golden = golden();
    for (JsonNode row : golden.get("cases")) {
      List<String> references = new ArrayList<>();
      row.get("references").forEach(reference -> references.add(reference.textValue()));
      ChrF chrF = ChrF.of(row.get("text").textValue(), references);

      assertThat(chrF.score())
          .as(row.toString())
          .isCloseTo(row.get("score").doubleValue(), within(1e-9));
      corpus = corpus.plus(chrF);
    }
    assertThat(golden.get("cases").size()).isGreaterThanOrEqualTo(80);
    assertThat(corpus.score()).isCloseTo(golden.get("corpus").doubleValue(), within(1e-9));
  }

  @Test
  void score_byHand() {
    // 1-grams: 1 of 2 and 1 of 2; 2-grams: 0 of 1 and 0 of 1; longer ones: too short for them.
    assertThat(ChrF.of("ab", List.of("ac")).score()).isCloseTo(25, within(1e-12));
    assertThat(ChrF.of("a b", List.of("ab")).score()).isEqualTo(100);
    assertThat(ChrF.of("", List.of("ab")).score()).isZero();
    assertThat(ChrF.EMPTY.score()).isZero();
  }

  private static JsonNode golden() throws Exception {
    try (InputStream in = Objects.requireNonNull(ChrFTest.class.getResourceAsStream("chrf.json"))) {
      return new JsonMapper().readTree(in);
    }
  }
}

package dev.aligner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.evaluation.WordChanges.Kind;
import dev.aligner.evaluation.WordChanges.Part;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordChangesTest {

  @Test
  void between_oneWord_isOneChange() {
    assertThat(WordChanges.between("Eight minutes, you idiot. Then", "Eight minutes. Then"))
        .containsExactly(
            new Part(Kind.KEPT, "Eight minutes"),
            new Part(Kind.REMOVED, ", you idiot"),
            new Part(Kind.KEPT, ". Then"));
    assertThat(WordChanges.between("a big bad wolf", "a small good wolf"))
        .containsExactly(
            new Part(Kind.KEPT, "a "),
            new Part(Kind.REMOVED, "big bad"),
            new Part(Kind.ADDED, "small good"),
            new Part(Kind.KEPT, " wolf"));
    assertThat(WordChanges.between("same", "same")).containsExactly(new Part(Kind.KEPT, "same"));
    assertThat(WordChanges.between("", "")).isEmpty();
  }

  @Test
  void between_anyTexts_partsMakeUpBoth() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 2000; i++) {
      String before = text(random);
      String after = text(random);
      List<Part> parts = WordChanges.between(before, after);

      assertThat(without(parts, Kind.ADDED)).isEqualTo(before);
      assertThat(without(parts, Kind.REMOVED)).isEqualTo(after);
      assertThat(parts).noneMatch(part -> part.text().isEmpty());
    }
  }

  @Test
  void between_longRewrites_areComparedAsAWhole() {
    String before = "x" + " a".repeat(3000) + " z";
    String after = "x" + " b".repeat(3000) + " z";

    List<Part> parts = WordChanges.between(before, after);

    assertThat(parts).hasSize(4);
    assertThat(without(parts, Kind.ADDED)).isEqualTo(before);
    assertThat(without(parts, Kind.REMOVED)).isEqualTo(after);
  }

  private static String without(List<Part> parts, Kind kind) {
    return parts.stream()
        .filter(part -> part.kind() != kind)
        .map(Part::text)
        .collect(Collectors.joining());
  }

  private static String text(SplittableRandom random) {
    String[] tokens = {"a", "b", " ", "  ", "\n", ".", "\ud83d\ude00", "\ud800", "don't", "é"};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(tokens[random.nextInt(tokens.length)]);
    }
    return text.toString();
  }
}

package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.examples.cli.WordDiff.Kind;
import dev.aligner.examples.cli.WordDiff.Part;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordDiffTest {

  @Test
  void between_sameTexts_keepsOnePart() {
    assertThat(parts("It is fine.", "It is fine."))
        .containsExactly(new Part(Kind.KEPT, "It is fine."));
  }

  @Test
  void between_emptyTexts_hasNoParts() {
    assertThat(parts("", "")).isEmpty();
  }

  @Test
  void between_allNew_removesAndAdds() {
    assertThat(parts("bad", "good"))
        .containsExactly(new Part(Kind.REMOVED, "bad"), new Part(Kind.ADDED, "good"));
  }

  @Test
  void between_wordRemoved_removesItAlone() {
    assertThat(parts("You idiot, no.", "You, no."))
        .containsExactly(
            new Part(Kind.KEPT, "You"),
            new Part(Kind.REMOVED, " idiot"),
            new Part(Kind.KEPT, ", no."));
  }

  @Test
  void between_neighboursChanged_joinsThem() {
    assertThat(parts("a stupid fool said", "a silly person said"))
        .containsExactly(
            new Part(Kind.KEPT, "a "),
            new Part(Kind.REMOVED, "stupid fool"),
            new Part(Kind.ADDED, "silly person"),
            new Part(Kind.KEPT, " said"));
  }

  @Test
  void between_lineFeedBetweenChanges_staysKept() {
    assertThat(parts("one\ntwo", "uno\ndos")).contains(new Part(Kind.KEPT, "\n")).hasSize(5);
  }

  @Test
  void between_anyTexts_spellsBoth() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      String before = text(random);
      String after = text(random);

      List<Part> parts = parts(before, after);

      assertThat(spelled(parts, Kind.ADDED)).isEqualTo(before);
      assertThat(spelled(parts, Kind.REMOVED)).isEqualTo(after);
    }
  }

  private static String text(Random random) {
    List<String> words =
        List.of(
            "a", "b", " ", " ", "\n", ".", "\u2028", "é\u0301", "\uD83D\uDE00", "\uD800", "\u0085");
    return random
        .ints(random.nextInt(12), 0, words.size())
        .mapToObj(words::get)
        .collect(Collectors.joining());
  }

  private static String spelled(List<Part> parts, Kind without) {
    return parts.stream()
        .filter(part -> part.kind() != without)
        .map(Part::text)
        .collect(Collectors.joining());
  }

  private static List<Part> parts(String before, String after) {
    return WordDiff.between(before, after).parts();
  }
}

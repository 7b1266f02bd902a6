package dev.aligner.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.internal.jsonl.UnusableFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuplicateFinderTest {

  private static final int ROW_BYTES = 20;

  @TempDir private Path temp = Path.of("");

  /** One row a buffer: all goes to disk; 16 KiB: nothing does. */
  @ParameterizedTest
  @ValueSource(ints = {ROW_BYTES, 7 * ROW_BYTES, 819 * ROW_BYTES})
  void duplicates_ofManyRows_areThoseOfASet(int bufferBytes) throws Exception {
    Random random = new Random(bufferBytes);
    Set<Digests.Half> seen = new HashSet<>();
    BitSet expected = new BitSet();
    Path directory = temp.resolve("digests");
    try (DuplicateFinder finder = new DuplicateFinder(directory, bufferBytes, 1 << 20)) {
      for (int line = 1; line <= 20_000; line++) {
        Digests.Half digest = digest(random.nextInt(9_000));
        expected.set(line, !seen.add(digest));
        finder.add(line, digest);
      }

      assertThat(finder.duplicates()).isEqualTo(expected);
      assertThat(expected.cardinality()).isGreaterThan(10_000);
      assertThat(Files.exists(directory)).isEqualTo(bufferBytes < 819 * ROW_BYTES);
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void duplicates_digestsOfZeros_areFound() throws Exception {
    try (DuplicateFinder finder = new DuplicateFinder(temp.resolve("digests"))) {
      finder.add(1, new Digests.Half(0, 0));
      finder.add(2, new Digests.Half(0, 0));
      finder.add(3, new Digests.Half(0, 1));
      finder.add(4, new Digests.Half(0, 1));

      assertThat(finder.duplicates().stream()).containsExactly(2, 4);
    }
  }

  @Test
  void duplicates_moreThanTheHeapHolds_throwsWithTheFix() throws Exception {
    try (DuplicateFinder finder =
        new DuplicateFinder(temp.resolve("digests"), ROW_BYTES, /* maxTableBytes= */ 1024)) {
      for (int line = 1; line <= 100; line++) {
        finder.add(line, new Digests.Half(5, line));
      }

      assertThatThrownBy(finder::duplicates)
          .isInstanceOf(UnusableFileException.class)
          .hasMessageContaining("among 100 rows", "larger heap (-Xmx)");
    }
  }

  @Test
  void add_lineBeyondInt_throwsWithTheFix() throws Exception {
    try (DuplicateFinder finder = new DuplicateFinder(temp.resolve("digests"))) {
      assertThatThrownBy(() -> finder.add(Integer.MAX_VALUE, new Digests.Half(1, 1)))
          .isInstanceOf(UnusableFileException.class)
          .hasMessageContaining("at most 2147483646 lines", "split the input");
    }
  }

  @Test
  void open_afterAKilledRun_throwsAwayWhatItLeft() throws Exception {
    Path directory = temp.resolve("digests");
    new DuplicateFinder(directory, ROW_BYTES, 1 << 20).add(1, new Digests.Half(1, 1));
    assertThat(directory).isNotEmptyDirectory();

    try (DuplicateFinder finder = new DuplicateFinder(directory, ROW_BYTES, 1 << 20)) {
      finder.add(1, new Digests.Half(1, 1));
      assertThat(finder.duplicates().isEmpty()).isTrue();
    }
  }

  @Test
  void digests_normalized_lookThroughCaseSpacingAndComposition() {
    Digests.Half one = normalized("Is it\t so?", "Straße\u00a0é");

    assertThat(normalized(" is IT so? ", "STRASSE  e\u0301")).isEqualTo(one);
    assertThat(normalized("is it so", "Straße é")).isNotEqualTo(one);
    assertThat(exact("a", "b")).isNotEqualTo(exact("A", "b"));
    assertThat(exact("a", "b")).isEqualTo(exact("a", "b"));
  }

  @Test
  void digests_bordersBetweenTexts_count() {
    assertThat(exact("ab", "c")).isNotEqualTo(exact("a", "bc"));
    assertThat(exact("", "abc")).isNotEqualTo(exact("abc", ""));
  }

  private static Digests.Half digest(int value) {
    return exact("q", Integer.toString(value));
  }

  private static Digests.Half exact(String question, String answer) {
    return Digests.ofRow(row(question, answer), Deduplication.EXACT);
  }

  private static Digests.Half normalized(String question, String answer) {
    return Digests.ofRow(row(question, answer), Deduplication.NORMALIZED);
  }

  private static SourceRow row(String question, String answer) {
    return new SourceRow(1, question, answer, Optional.empty(), 0);
  }
}

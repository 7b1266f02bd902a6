package dev.aligner.dataset;

import static dev.aligner.dataset.JsonLines.provenance;
import static dev.aligner.dataset.JsonLines.qa;
import static dev.aligner.dataset.JsonLines.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.InferenceException;
import dev.aligner.dataset.DatasetBuilder.Existing;
import dev.aligner.dataset.DatasetMonitor.Stage;
import dev.aligner.dataset.DatasetResult.End;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was stopped or killed ends in the same files, and asks nothing twice. */
class DatasetResumeTest {

  private static final ModelProvenance MODEL = ModelProvenance.named("polite");

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");
  private Path journal = Path.of("");
  private final AtomicInteger corrections = new AtomicInteger();
  private DatasetOptions options = DatasetOptions.builder(DatasetFormat.QAC).build();

  /** What the aligner does once it was asked so often. */
  private int throwsAfter = Integer.MAX_VALUE;

  @BeforeEach
  void nameFiles() throws IOException {
    input = directory.resolve("qa.jsonl");
    output = directory.resolve("out.jsonl");
    journal = directory.resolve("out.jsonl.part");
    write(
        input,
        qa("q1", "größer, du damn"),
        "no JSON",
        qa("Q1", "größer, du DAMN"),
        qa("q4", "fails"),
        qa("q5", "fine \uD83D\uDE00"),
        "",
        qa("q7", "damn tail"));
  }

  @Test
  void build_complete_leavesNoJournalAndDoesNothingAgain() throws Exception {
    DatasetResult first = build(Existing.RESUME);
    byte[] whole = Files.readAllBytes(output);

    DatasetResult again = build(Existing.RESUME);
    Files.createFile(journal); // As of a run that was killed when it had just begun.
    assertThat(build(Existing.RESUME).end()).isEqualTo(End.COMPLETE_BEFORE);

    assertThat(first.end()).isEqualTo(End.COMPLETE);
    assertThat(again.end()).isEqualTo(End.COMPLETE_BEFORE);
    assertThat(again.outcomes()).isEqualTo(first.outcomes());
    assertThat(again.badLines()).isEqualTo(1);
    assertThat(corrections).hasValue(4);
    assertThat(output).hasBinaryContent(whole);
    assertOnlyTheseFiles();
  }

  /** As after SIGKILL at any byte of the journal, half a character and half a header included. */
  @Test
  void build_journalCutAtAnyByte_endsInTheSameFiles() throws Exception {
    byte[] journalBytes = wholeJournal();
    build(Existing.RESUME);
    byte[] whole = Files.readAllBytes(output);
    String counts = provenance(output).path("counts").toString();
    assertThat(journalBytes.length).isGreaterThan(500);
    int header = new String(journalBytes, UTF_8).indexOf('\n') + 1;

    for (int length = 0; length <= journalBytes.length; length++) {
      Files.delete(output);
      Files.delete(Place.provenance(output));
      byte[] left = Arrays.copyOf(journalBytes, length);
      Files.write(journal, left);
      corrections.set(0);

      DatasetResult result = build(Existing.RESUME);

      assertThat(result.end()).isEqualTo(End.COMPLETE);
      assertThat(Files.readAllBytes(output)).as("cut at %d", length).isEqualTo(whole);
      assertThat(provenance(output).path("counts").toString()).isEqualTo(counts);
      int done = length < header ? 0 : feeds(left) - 1;
      assertThat(corrections).as("cut at %d", length).hasValue(4 - done);
    }
    assertOnlyTheseFiles();
  }

  @Test
  void build_journalCut_keepsWhenTheRunBegan() throws Exception {
    byte[] journalBytes = wholeJournal();
    String header = new String(journalBytes, UTF_8).lines().findFirst().orElseThrow();
    String started = JsonLines.JSON.readTree(header).path("started").textValue();
    build(Existing.RESUME);

    assertThat(provenance(output).path("started").textValue()).isEqualTo(started);
  }

  @Test
  void build_lastLineOfJournalIsNoJson_isCorrectedAnew() throws Exception {
    byte[] broken = wholeJournal();
    int start = broken.length - 2;
    while (broken[start - 1] != '\n') {
      start--;
    }
    Arrays.fill(broken, start, broken.length - 1, (byte) 0); // As after a power failure.
    Files.write(journal, broken);

    build(Existing.RESUME);

    assertThat(corrections).hasValue(1);
    assertThat(JsonLines.read(output)).hasSize(3);
  }

  @Test
  void build_monitorAsksToStop_endsBetweenChunksAndGoesOn() throws Exception {
    Files.write(input, IntStream.range(0, 100).mapToObj(i -> qa("q" + i, "damn " + i)).toList());
    RecordingMonitor stopping = new RecordingMonitor(Stage.CORRECTING, 2);

    DatasetResult stopped = builder().build(input, output, Existing.RESUME, stopping);

    assertThat(stopped.end()).isEqualTo(End.STOPPED);
    assertThat(stopped.outcomes()).containsEntry("corrected", 32L);
    assertThat(corrections).hasValue(32);
    assertThat(output).doesNotExist();
    assertThat(journal).exists();

    DatasetResult rest = build(Existing.RESUME);
    assertThat(corrections).hasValue(100);
    assertThat(rest.outcomes()).containsEntry("corrected", 100L);
    assertThat(JsonLines.read(output))
        .extracting(row -> row.path("question").textValue())
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> "q" + i).toList());
  }

  @Test
  void build_stoppedWhileReadingOrWriting_leavesWhatItHasGot() throws Exception {
    Files.write(input, IntStream.range(0, 600).mapToObj(i -> qa("q" + i, "damn " + i)).toList());

    DatasetResult reading =
        builder().build(input, output, Existing.RESUME, new RecordingMonitor(Stage.READING, 0));
    assertThat(reading.end()).isEqualTo(End.STOPPED);
    assertThat(directory).isDirectoryNotContaining(path -> !path.equals(input));

    DatasetResult writing =
        builder().build(input, output, Existing.RESUME, new RecordingMonitor(Stage.WRITING, 0));
    assertThat(writing.end()).isEqualTo(End.STOPPED);
    assertThat(corrections).hasValue(600);
    assertThat(output).doesNotExist();

    assertThat(build(Existing.RESUME).end()).isEqualTo(End.COMPLETE);
    assertThat(corrections).hasValue(600);
    assertOnlyTheseFiles();
  }

  @Test
  void build_otherSettings_areRefusedByNameAndTheJournalStays() throws Exception {
    byte[] before = wholeJournal();

    options = DatasetOptions.builder(DatasetFormat.QAC).maxEditRatio(2).build();
    assertRefused("found another max_edit_ratio;");
    options = DatasetOptions.builder(DatasetFormat.PREFERENCE).maxCharacters(5).build();
    assertRefused("found another formats, max_characters;");
    options = DatasetOptions.builder(DatasetFormat.QAC).build();
    Files.writeString(input, Files.readString(input) + qa("more", "damn") + "\n");
    assertRefused("found another input_sha256;");
    assertThat(Files.readAllBytes(journal)).isEqualTo(before);

    assertThat(build(Existing.OVERWRITE).outcomes()).containsEntry("corrected", 3L);
  }

  @Test
  void build_otherModel_isRefusedAlsoOverACompleteDataset() throws Exception {
    build(Existing.RESUME);
    DatasetBuilder other = DatasetBuilder.of(aligner(), ModelProvenance.named("rude"), options);

    assertThatThrownBy(() -> other.build(input, output))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageStartingWith(output.toString())
        .hasMessageContaining("found another model;");
    assertOnlyTheseFiles();
  }

  @Test
  void build_foreignFiles_areRefusedAndKept() throws Exception {
    Files.writeString(output, "my letter\n");
    assertRefused("expected no file, or one with its provenance");
    assertThat(Files.readString(output)).isEqualTo("my letter\n");
    assertThat(journal).doesNotExist();

    Files.delete(output);
    for (String text :
        new String[] {"my letter", "my letter\n", "{}\n", "{\"x\":1}\n{\"y\":2}\n"}) {
      Files.writeString(journal, text);
      assertRefused("expected the journal of a dataset");
      assertThat(Files.readString(journal)).isEqualTo(text);
    }
  }

  @Test
  void build_journalWithForeignLines_isRefused() throws Exception {
    String whole = new String(wholeJournal(), UTF_8);
    int secondLine = whole.indexOf('\n') + 1;
    String header = whole.substring(0, secondLine);

    Files.writeString(journal, header + "{}\n" + whole.substring(secondLine));
    assertRefused("expected a correction in line 2");
    Files.writeString(journal, header + "no JSON\n" + whole.substring(secondLine));
    assertRefused("expected a correction in line 2");
    Files.writeString(journal, header + "{\"line\":3,\"outcome\":\"kept\",\"text\":\"\"}\n");
    assertRefused("found one of line 3");
    assertThat(corrections).hasValue(0);
  }

  @Test
  void build_overwrite_keepsTheOldFilesUntilTheNewAreWhole() throws Exception {
    build(Existing.RESUME);
    byte[] old = Files.readAllBytes(output);
    write(input, qa("new", "damn it"));
    throwsAfter = 0;
    assertThatThrownBy(() -> build(Existing.OVERWRITE)).isInstanceOf(Error.class);
    assertThat(output).hasBinaryContent(old);

    throwsAfter = Integer.MAX_VALUE;
    build(Existing.OVERWRITE);
    assertThat(JsonLines.read(output)).hasSize(1);
    assertOnlyTheseFiles();
  }

  @Test
  void build_anotherRunAtWork_isRefused() throws Exception {
    Journal other = Journal.open(journal);

    assertThatThrownBy(() -> build(Existing.OVERWRITE))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("another run is writing this file");

    other.close();
    assertThat(build(Existing.RESUME).end()).isEqualTo(End.COMPLETE);
  }

  @Test
  void build_inputChangedMeanwhile_isRefusedAndMakesNothing() throws Exception {
    DatasetMonitor meddler =
        new DatasetMonitor() {
          @Override
          public void progress(Stage stage, long bytes, long totalBytes, long lines) {
            if (stage == Stage.CORRECTING) {
              try {
                Files.writeString(input, "\n" + "  ", java.nio.file.StandardOpenOption.APPEND);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };

    assertThatThrownBy(() -> builder().build(input, output, Existing.RESUME, meddler))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("it was changed meanwhile");
    assertThat(output).doesNotExist();
  }

  /** Returns the journal of a run that was killed behind its last correction. */
  private byte[] wholeJournal() throws IOException {
    DatasetResult stopped =
        builder().build(input, output, Existing.RESUME, new StopBeforeWriting());
    assertThat(stopped.end()).isEqualTo(End.STOPPED);
    assertThat(corrections).hasValue(4);
    corrections.set(0);
    return Files.readAllBytes(journal);
  }

  /** Asks to stop when all is corrected; rows stand in for the many lines between two looks. */
  private static final class StopBeforeWriting implements DatasetMonitor {

    private boolean correcting;

    @Override
    public void progress(Stage stage, long bytes, long totalBytes, long lines) {
      correcting |= stage == Stage.CORRECTING && bytes == totalBytes;
    }

    @Override
    public boolean stopRequested() {
      return correcting;
    }
  }

  private void assertRefused(String problem) {
    assertThatThrownBy(() -> build(Existing.RESUME))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("overwrite it");
  }

  private void assertOnlyTheseFiles() {
    assertThat(directory)
        .isDirectoryNotContaining(
            path ->
                !path.equals(input)
                    && !path.equals(output)
                    && !path.equals(Place.provenance(output)));
  }

  private DatasetResult build(Existing existing) throws IOException {
    return builder().build(input, output, existing, DatasetMonitor.none());
  }

  private DatasetBuilder builder() {
    return DatasetBuilder.of(aligner(), MODEL, options);
  }

  private Aligner aligner() {
    return request -> {
      if (corrections.get() >= throwsAfter) {
        throw new AssertionError("killed");
      }
      corrections.incrementAndGet();
      if (request.answer().equals("fails")) {
        throw new InferenceException("no", null);
      }
      return Correction.of(request, request.answer().replaceAll(" ?damn", ""));
    };
  }

  private static int feeds(byte[] bytes) {
    int feeds = 0;
    for (byte b : bytes) {
      feeds += b == '\n' ? 1 : 0;
    }
    return feeds;
  }
}

package dev.aligner.internal.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Test
  void next_emptyFile_hasNoLine() throws Exception {
    assertThat(lines("", 10)).isEmpty();
  }

  @Test
  void next_lastLineWithoutFeed_isNotTerminated() throws Exception {
    List<LineReader.Line> lines = lines("ä\n\nc", 10);

    assertThat(lines).extracting(LineReader.Line::number).containsExactly(1L, 2L, 3L);
    assertThat(lines).extracting(LineReader.Line::terminated).containsExactly(true, true, false);
    assertThat(lines).extracting(LineReader.Line::end).containsExactly(3L, 4L, 5L);
    assertThat(lines.get(0).text()).isEqualTo("ä");
    assertThat(lines.get(1).text()).isEmpty();
    assertThat(lines.get(2).text()).isEqualTo("c");
  }

  @Test
  void next_linesAcrossBufferBorders_areWhole() throws Exception {
    String line = "é".repeat(50_000);

    List<LineReader.Line> lines = lines((line + "\n").repeat(5), 100_000);

    assertThat(lines).hasSize(5);
    for (LineReader.Line read : lines) {
      assertThat(read.text()).isEqualTo(line);
    }
    assertThat(lines.get(4).end()).isEqualTo(5 * 100_001L);
  }

  @Test
  void text_lineTooLong_throwsAndNextLineIsRead() throws Exception {
    List<LineReader.Line> lines = lines("x".repeat(200_000) + "\nshort\n", 10);

    assertThatThrownBy(() -> lines.get(0).text())
        .isInstanceOf(BadLineException.class)
        .hasMessage("expected a line of at most 10 bytes, found a longer one");
    assertThat(lines.get(1).text()).isEqualTo("short");
  }

  @Test
  void text_byteOrderMark_isDroppedAtStartOnly() throws Exception {
    List<LineReader.Line> lines = lines("\uFEFFa\n\uFEFFb\n", 10);

    assertThat(lines.get(0).text()).isEqualTo("a");
    assertThat(lines.get(1).text()).isEqualTo("\uFEFFb");
  }

  @Test
  void text_malformedUtf8_throws() throws Exception {
    try (LineReader reader =
        new LineReader(new ByteArrayInputStream(new byte[] {'a', (byte) 0xE4, '\n'}), 10)) {
      LineReader.Line line = Objects.requireNonNull(reader.next());

      assertThatThrownBy(line::text).hasMessage("expected UTF-8, found bytes that are none");
    }
  }

  private static List<LineReader.Line> lines(String text, int maxLineBytes) throws IOException {
    List<LineReader.Line> lines = new ArrayList<>();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (LineReader reader = new LineReader(new ByteArrayInputStream(bytes), maxLineBytes)) {
      for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
        lines.add(line);
      }
      assertThat(reader.offset()).isEqualTo(bytes.length);
    }
    return lines;
  }
}

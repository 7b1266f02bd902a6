package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.internal.jsonl.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err =
      new PrintStream(bytes, /* autoFlush= */ true, StandardCharsets.UTF_8);

  @Test
  void show_invisible_printsNothing() {
    try (Progress progress = new Progress(err, 2048, /* visible= */ false)) {
      progress.show(1024, new Tally());
    }

    assertThat(bytes.size()).isZero();
  }

  @Test
  void show_visible_drawsABar() {
    Tally tally = new Tally();
    tally.add(Outcome.KEPT);
    try (Progress progress = new Progress(err, 2048, /* visible= */ true)) {
      progress.show(0, tally);
      progress.show(2048, tally);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("correcting", "100%", "1 lines");
  }

  @Test
  void show_emptyInput_drawsABar() {
    try (Progress progress = new Progress(err, 0, /* visible= */ true)) {
      progress.show(0, new Tally());
    }

    assertThat(bytes.size()).isPositive();
  }

  @Test
  void println_withBar_clearsItsLine() {
    try (Progress progress = new Progress(err, 2048, /* visible= */ true)) {
      progress.println("before");
      progress.show(0, new Tally());
      progress.println("a message");
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .startsWith("before")
        .contains("\r\u001b[Ka message");
  }
}

package dev.aligner.remote.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  private static List<String> events(byte[] bytes, Random sizes) {
    List<String> events = new ArrayList<>();
    EventStream stream =
        new EventStream(
            data -> {
              events.add(new String(data, StandardCharsets.UTF_8));
              return events.get(events.size() - 1).equals("last");
            });
    int from = 0;
    while (from < bytes.length) {
      int size = Math.min(bytes.length - from, 1 + sizes.nextInt(5));
      stream.read(ByteBuffer.wrap(bytes, from, size));
      from += size;
    }
    return events;
  }

  @Test
  void read_anyLineEndsInPartsOfAnySize_areTheSameEvents() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      String end = List.of("\n", "\r\n", "\r").get(round % 3);
      String text =
          String.join(
              end,
              "\uFEFFdata: one",
              ": a comment",
              "data:two  ",
              "",
              "",
              "event: x",
              "id",
              "",
              "data",
              "",
              "datas: not this",
              " data: nor this",
              "data: Grüße 😀: and a colon",
              "error: {}",
              "",
              "data: last",
              "",
              "data: after it",
              "",
              "");

      assertThat(events(text.getBytes(StandardCharsets.UTF_8), random))
          .containsExactly("one\ntwo  ", "Grüße 😀: and a colon\n{}", "last");
    }
  }

  @Test
  void read_eventWithoutItsBlankLine_isNotHeard() {
    assertThat(events("data: one\n\ndata: two\n".getBytes(StandardCharsets.UTF_8), new Random(1)))
        .containsExactly("one");
  }
}

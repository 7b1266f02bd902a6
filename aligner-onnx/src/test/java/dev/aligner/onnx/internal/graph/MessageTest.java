package dev.aligner.onnx.internal.graph;

import static dev.aligner.onnx.testing.Proto.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.onnx.testing.Proto;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageTest {

  private final Path folder;

  MessageTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void toBytes_everyTestModelOpenedAndNotEdited_givesItsFile() throws IOException {
    List<Path> models;
    try (Stream<Path> files = Files.walk(TestModels.directory(""))) {
      models = files.filter(file -> file.toString().endsWith(".onnx")).toList();
    }
    assertThat(models).hasSizeGreaterThan(50);
    for (Path file : models) {
      try (FileChannel channel = FileChannel.open(file)) {
        Message model = Message.open(new FileBytes(channel));
        GraphView graph = GraphView.of(model.message(Onnx.MODEL_GRAPH).orElseThrow());
        graph.all().forEach(MessageTest::openAll);
        assertThat(model.toBytes()).as(file.toString()).isEqualTo(Files.readAllBytes(file));
      }
    }
  }

  private static void openAll(GraphView graph) {
    graph.outputs().forEach(ValueView::dims);
    graph.inputs().forEach(ValueView::dims);
    graph.initializers().values().forEach(t -> t.messages(Onnx.TENSOR_EXTERNAL_DATA));
    for (NodeView node : graph.nodes()) {
      node.message()
          .messages(Onnx.NODE_ATTRIBUTE)
          .forEach(attribute -> attribute.message(Onnx.ATTRIBUTE_TENSOR));
    }
  }

  @Test
  void readers_takeAllFormsOfAField() {
    Proto proto =
        message()
            .put(1, 5)
            .put(1, -1)
            .put(2, message().raw(1, 0x80, 1, 3))
            .put(2, 9)
            .put(3, "a")
            .put(3, "ü")
            .put(4, message().put(1, 7));

    read(
        proto,
        message -> {
          assertThat(message.integer(1)).isEqualTo(-1);
          assertThat(message.integers(1)).containsExactly(5L, -1L);
          assertThat(message.integers(2)).containsExactly(1L, 128L, 3L, 9L);
          assertThat(message.texts(3)).containsExactly("a", "ü");
          assertThat(message.text(3)).isEqualTo("ü");
          assertThat(message.message(4).orElseThrow().integer(1)).isEqualTo(7);
          assertThat(message.has(5)).isFalse();
          assertThat(message.text(5)).isEmpty();
          assertThat(message.integer(5)).isZero();
          assertThat(message.toBytes()).isEqualTo(proto.toBytes());
        });
  }

  @Test
  void edits_areSeenByAllAndWritten() {
    Proto proto =
        message().put(1, message().put(1, "first")).put(1, message().put(1, "x").put(1, "y"));

    read(
        proto,
        message -> {
          Message second = message.messages(1).get(1);
          message.putBefore(second, 1, Message.empty().put(1, "new"));
          second.replaceText(1, 1, "z");
          message.messages(1).get(0).put(2, 300);
          message.put(3, new byte[200]);
          message.putFirst(9, Message.empty());
          byte[] expected =
              message()
                  .put(9, message())
                  .put(1, message().put(1, "first").put(2, 300))
                  .put(1, message().put(1, "new"))
                  .put(1, message().put(1, "x").put(1, "z"))
                  .put(3, new byte[200])
                  .toBytes();
          assertThat(message.size()).isEqualTo(expected.length);
          assertThat(message.toBytes()).isEqualTo(expected);
          message.remove(1);
          assertThat(message.messages(1)).isEmpty();
        });
  }

  @Test
  void readers_malformedFields_areRefused() {
    refused(message().raw(0x0a, 5, 1), m -> m.has(1));
    refused(message().raw(0x0b), m -> m.has(1));
    refused(message().raw(0x02, 0), m -> m.has(1));
    refused(message().raw(0x80), m -> m.has(1));
    refused(message().raw(0x0a, 1, 0xff), m -> m.text(1));
    refused(message().put(1, 1), m -> m.text(1));
    refused(message().put(1, 1), m -> m.messages(1));
    refused(message().put(1, message()).put(1, message()), m -> m.message(1));
    refused(message().put(1, new byte[1 << 17]), m -> m.text(1));
  }

  private void refused(Proto proto, Consumer<Message> reader) {
    assertThatThrownBy(() -> read(proto, reader)).isInstanceOf(UncheckedIOException.class);
  }

  private void read(Proto proto, Consumer<Message> reader) {
    Path file = folder.resolve("message");
    try {
      Files.write(file, proto.toBytes());
      try (FileChannel channel = FileChannel.open(file)) {
        reader.accept(Message.open(new FileBytes(channel)));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

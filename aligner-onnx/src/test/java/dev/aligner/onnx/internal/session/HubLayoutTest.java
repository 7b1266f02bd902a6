package dev.aligner.onnx.internal.session;

import static dev.aligner.onnx.testing.Proto.external;
import static dev.aligner.onnx.testing.Proto.message;
import static dev.aligner.onnx.testing.Proto.model;
import static dev.aligner.onnx.testing.Proto.node;
import static dev.aligner.onnx.testing.Proto.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.model.GraphFacts;
import dev.aligner.onnx.testing.Proto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A download by the Hugging Face hub's client, where every file is a link to a blob. */
class HubLayoutTest {

  private final Path folder;

  HubLayoutTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void open_snapshot_loadsGraphAndExternalData() throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("models--x--y/blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("models--x--y/snapshots/abcd"));
    Files.write(blobs.resolve("1"), graph().toBytes());
    Files.write(blobs.resolve("2"), new byte[Float.BYTES]);
    Path file = Files.createSymbolicLink(snapshot.resolve("model.onnx"), Path.of("../../blobs/1"));
    Files.createSymbolicLink(snapshot.resolve("model.onnx_data"), Path.of("../../blobs/2"));

    assertThat(GraphFacts.read(snapshot, file).widthInvariant()).isTrue();
    try (ModelSession session = ModelSession.open(OrtRuntime.environment(), file, Device.cpu())) {
      assertThat(session.inputs()).containsOnlyKeys("x");
    }
  }

  private static Proto graph() {
    Proto graph =
        message()
            .put(1, node("", "Add", "x", "y").put(1, "w"))
            .put(2, "graph")
            .put(5, external("w", 1, "model.onnx_data", 0))
            .put(11, value("x", 1))
            .put(12, value("y", 1));
    return model(8, graph).put(8, message().put(2, 17));
  }
}

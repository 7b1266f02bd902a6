package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.graph.GraphPreparation;
import dev.aligner.onnx.internal.graph.Preparation;
import dev.aligner.onnx.internal.graph.PreparedGraph;
import dev.aligner.onnx.internal.graph.PreparedNames;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.testing.Proto;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Prepared graphs find their weights where the exporter put them. */
class PreparedWeightsTest {

  private static final int HIDDEN = 64;
  private static final int VOCABULARY = 40;

  private final OrtEnvironment environment = OrtRuntime.environment();
  private final Path folder;

  PreparedWeightsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void prepare_bigWeights_stayInTheFile() throws IOException, OrtException {
    HeadModel model = new HeadModel(512, 2048, 18);
    Path file = Files.write(folder.resolve("model.onnx"), model.plain().toBytes());

    PreparedGraph prepared = ready(file);

    assertThat(prepared.bytes()).hasSizeLessThan(4096);
    String bytes = new String(prepared.bytes(), StandardCharsets.ISO_8859_1);
    byte[] weight = model.weight();
    for (int at = 0; at < weight.length; at += 4096) {
      byte[] piece = Arrays.copyOfRange(weight, at, at + 16);
      assertThat(bytes).doesNotContain(new String(piece, StandardCharsets.ISO_8859_1));
    }
    compare(file, prepared, 512);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void prepare_operatorsOfEachOpset_load() throws IOException, OrtException {
    for (long opset : new long[] {11, 13, 17, 18, 21}) {
      HeadModel model = new HeadModel(HIDDEN, VOCABULARY, opset);
      Path file = Files.write(folder.resolve(opset + ".onnx"), model.plain().toBytes());
      compare(file, ready(file), HIDDEN);
    }
  }

  @Test
  void prepare_weightsInBranches_stayInTheFile() throws IOException, OrtException {
    HeadModel model = new HeadModel(HIDDEN, VOCABULARY, 18);
    Path file = Files.write(folder.resolve("model.onnx"), model.branches().toBytes());

    PreparedGraph prepared = ready(file);

    assertThat(prepared.bytes()).hasSizeLessThan(4096);
    compare(file, prepared, HIDDEN);
  }

  @Test
  void prepare_logitsOf16BitsAndRoundedActivations_areSupported() throws IOException, OrtException {
    HeadModel model = new HeadModel(HIDDEN, VOCABULARY, 18);
    Path bfloat16 = Files.write(folder.resolve("bfloat16.onnx"), model.bfloat16().toBytes());
    compare(bfloat16, ready(bfloat16), HIDDEN);
    Path rounded = Files.write(folder.resolve("rounded.onnx"), model.rounded().toBytes());
    compare(rounded, ready(rounded), HIDDEN);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void prepare_readOnlyFolder_works() throws IOException, OrtException {
    Path readOnly = Files.createDirectory(folder.resolve("read-only"));
    Proto model = new HeadModel(HIDDEN, VOCABULARY, 18).plain();
    Path file = Files.write(readOnly.resolve("model.onnx"), model.toBytes());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      compare(file, ready(file), HIDDEN);
    } finally {
      Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** As the Hugging Face hub's client lays its downloads out. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void prepare_linkToABlob_works() throws IOException, OrtException {
    Path blobs = Files.createDirectories(folder.resolve("models--x--y/blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("models--x--y/snapshots/abcd"));
    Files.write(blobs.resolve("1"), new HeadModel(HIDDEN, VOCABULARY, 18).plain().toBytes());
    Path file = Files.createSymbolicLink(snapshot.resolve("model.onnx"), Path.of("../../blobs/1"));

    compare(file, ready(file), HIDDEN);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void prepare_linksToBlobsOfGraphAndData_works() throws IOException {
    Path original = TestModels.directory("tiny-qwen2-external").resolve("onnx");
    Path blobs = Files.createDirectories(folder.resolve("models--x--y/blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("models--x--y/snapshots/abcd"));
    Path onnx = Files.createDirectories(snapshot.resolve("onnx"));
    Path file = onnx.resolve("model.onnx");
    for (String name : List.of("model.onnx", "model.onnx_data", "model.onnx_data_1")) {
      Files.copy(original.resolve(name), blobs.resolve("blob-of-" + name));
      Files.createSymbolicLink(onnx.resolve(name), Path.of("../../../blobs/blob-of-" + name));
    }

    try (ModelSession session =
        ModelSession.open(environment, file, ready(file).bytes(), Device.cpu(1))) {
      assertThat(session.outputs()).containsKey(PreparedNames.ARG_MAX);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void prepare_dataInAnotherFolderThanTheLinkedGraph_isNotPossible() throws IOException {
    Path original = TestModels.directory("tiny-qwen2-external").resolve("onnx");
    Path real = Files.createDirectories(folder.resolve("elsewhere")).resolve("graph");
    Files.copy(original.resolve("model.onnx"), real);
    Files.copy(original.resolve("model.onnx_data"), folder.resolve("model.onnx_data"));
    Path file = Files.createSymbolicLink(folder.resolve("model.onnx"), real);

    assertThat(GraphPreparation.prepare(file, "logits"))
        .isEqualTo(
            new Preparation.NotPossible(
                "its external data model.onnx_data does not lie beside it"));
  }

  private static PreparedGraph ready(Path file) {
    Preparation preparation = GraphPreparation.prepare(file, "logits");
    assertThat(preparation).isInstanceOf(Preparation.Ready.class);
    PreparedGraph graph = ((Preparation.Ready) preparation).graph();
    assertThat(graph.argMax()).isTrue();
    assertThat(graph.lastPositions()).isTrue();
    return graph;
  }

  private void compare(Path file, PreparedGraph prepared, int hidden) throws OrtException {
    try (ModelSession original = ModelSession.open(environment, file, Device.cpu(1));
        ModelSession changed =
            ModelSession.open(environment, file, prepared.bytes(), Device.cpu(1))) {
      for (boolean cached : new boolean[] {false, true}) {
        float[][] expected = logits(original, hidden, cached, -1)[0];
        for (int keep : new int[] {1, 2, 3, 9}) {
          float[][] actual = logits(changed, hidden, cached, keep)[0];
          int kept = Math.min(keep, expected.length);
          assertThat(actual)
              .isDeepEqualTo(Arrays.copyOfRange(expected, expected.length - kept, expected.length));
        }
      }
    }
  }

  private float[][][] logits(ModelSession session, int hidden, boolean cached, long keep)
      throws OrtException {
    float[][][] x = new float[1][3][hidden];
    Random random = new Random(3);
    for (float[] position : x[0]) {
      for (int i = 0; i < hidden; i++) {
        position[i] = (float) random.nextGaussian();
      }
    }
    Map<String, OnnxTensor> feeds = new HashMap<>();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      feeds.put("x", OnnxTensor.createTensor(environment, x));
      if (session.inputs().containsKey("use_cache_branch")) {
        feeds.put("use_cache_branch", OnnxTensor.createTensor(environment, new boolean[] {cached}));
      }
      if (keep >= 0) {
        feeds.put(
            PreparedNames.LOGITS_TO_KEEP, OnnxTensor.createTensor(environment, new long[] {keep}));
      }
      try (NativeHandle<OrtSession.Result> result =
          session.run(feeds, Set.of("logits"), Map.of(), options, Cancellation.NEVER)) {
        return floats((OnnxTensor) result.get().get("logits").orElseThrow());
      }
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  private static float[][][] floats(OnnxTensor tensor) {
    long[] shape = tensor.getInfo().getShape();
    float[][][] all = new float[(int) shape[0]][(int) shape[1]][(int) shape[2]];
    FloatBuffer buffer = tensor.getFloatBuffer();
    for (float[][] row : all) {
      for (float[] position : row) {
        buffer.get(position);
      }
    }
    return all;
  }
}

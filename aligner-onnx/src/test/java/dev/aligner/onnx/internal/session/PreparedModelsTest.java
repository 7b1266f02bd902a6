package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import dev.aligner.onnx.testing.TestModels;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every decoder of the test models gives the same prepared as not prepared. */
class PreparedModelsTest {

  private static final int WIDTH = 4;
  private static final float TOLERANCE = 1e-6f;

  /** The runtime multiplies one row by 4-bit weights in another way than several. */
  private static final float TOLERANCE_INT4 = 1e-5f;

  private static final Path DETOX =
      Path.of("..", "models", "detox", "src", "main", "resources", "META-INF", "aligner", "detox");

  private final OrtEnvironment environment = OrtRuntime.environment();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-bart-cnn/decoder_model_merged.onnx",
        "tiny-bart-dtypes/onnx/decoder_model_merged_fp16.onnx",
        "tiny-bart-dtypes/onnx/decoder_model_merged_q4.onnx",
        "tiny-bart-monolith/model.onnx",
        "tiny-bart-nocache/decoder_model.onnx",
        "tiny-bart/decoder_model.onnx",
        "tiny-bart/decoder_with_past_model.onnx",
        "tiny-bloom/model.onnx",
        "tiny-gemma-genai/model.onnx",
        "tiny-gemma/model.onnx",
        "tiny-gemma2-genai/model.onnx",
        "tiny-gemma2/model.onnx",
        "tiny-gemma3/model.onnx",
        "tiny-gpt-neox/model.onnx",
        "tiny-gpt2-merged/decoder_model_merged.onnx",
        "tiny-gpt2-nocache/model.onnx",
        "tiny-gpt2-split/decoder_model.onnx",
        "tiny-gpt2-split/decoder_with_past_model.onnx",
        "tiny-gpt2/model.onnx",
        "tiny-llama-int8/model.onnx",
        "tiny-llama-lora/model.onnx",
        "tiny-llama/model.onnx",
        "tiny-marian/decoder_model_merged.onnx",
        "tiny-mistral-genai/model.onnx",
        "tiny-mistral/model.onnx",
        "tiny-mt5/decoder_model_merged.onnx",
        "tiny-opt/model.onnx",
        "tiny-pegasus/decoder_model.onnx",
        "tiny-pegasus/decoder_with_past_model.onnx",
        "tiny-phi3-genai/model.onnx",
        "tiny-phi3/model.onnx",
        "tiny-qwen2-dtypes/onnx/model_fp16.onnx",
        "tiny-qwen2-dtypes/onnx/model_q4.onnx",
        "tiny-qwen2-external/onnx/model.onnx",
        "tiny-qwen2-genai-int4/model.onnx",
        "tiny-qwen2-genai/model.onnx",
        "tiny-qwen2/model.onnx",
        "tiny-qwen3/model.onnx",
        "tiny-t5-legacy/decoder_with_past_model.onnx",
        "tiny-t5-merged/decoder_model_merged.onnx",
        "tiny-t5-q8/decoder_model_merged.onnx",
        "tiny-t5/decoder_model.onnx",
        "tiny-t5/decoder_with_past_model.onnx",
        "detox"
      })
  void prepared_givesWhatTheOriginalGives(String model) throws OrtException {
    Path file =
        model.equals("detox")
            ? DETOX.resolve("decoder_model_merged.onnx")
            : TestModels.directory("").resolve(model);
    PreparedGraph prepared = ready(file);

    assertThat(prepared.argMax()).isTrue();
    assertThat(prepared.lastPositions()).isEqualTo(!model.equals("tiny-llama-int8/model.onnx"));
    try (ModelSession original = ModelSession.open(environment, file, Device.cpu(1));
        ModelSession changed =
            ModelSession.open(environment, file, prepared.bytes(), Device.cpu(1))) {
      for (RandomFeeds feeds : feeds(original)) {
        for (int keep : prepared.lastPositions() ? new int[] {1, 2, 0, 100} : new int[] {0}) {
          compare(
              original, changed, feeds, keep, model.contains("int4") ? TOLERANCE_INT4 : TOLERANCE);
        }
      }
    }
  }

  @Test
  void table_hasEveryDecoder() throws Exception {
    List<String> tested =
        List.of(
            PreparedModelsTest.class
                .getDeclaredMethod("prepared_givesWhatTheOriginalGives", String.class)
                .getAnnotation(ValueSource.class)
                .strings());
    try (Stream<Path> files = Files.walk(TestModels.directory(""))) {
      Path root = TestModels.directory("");
      List<String> decoders =
          files
              .filter(file -> file.toString().endsWith(".onnx"))
              .filter(file -> !file.getFileName().toString().startsWith("encoder_model"))
              .map(file -> root.relativize(file).toString().replace('\\', '/'))
              .toList();
      assertThat(tested).containsAll(decoders).hasSize(decoders.size() + 1);
    }
  }

  private static PreparedGraph ready(Path file) {
    Preparation preparation = GraphPreparation.prepare(file, "logits");
    assertThat(preparation).isInstanceOf(Preparation.Ready.class);
    return ((Preparation.Ready) preparation).graph();
  }

  /** One step without a past and one with, as far as the layout has both. */
  private static List<RandomFeeds> feeds(ModelSession session) {
    boolean past = session.inputs().keySet().stream().anyMatch(name -> name.startsWith("past"));
    // The runtime's own attention takes several new tokens after a past in one row alone.
    int rows = session.inputs().containsKey("use_cache_branch") || !past ? 2 : 1;
    List<RandomFeeds> feeds = new ArrayList<>();
    feeds.add(new RandomFeeds(2, WIDTH, 0, false, 1));
    if (past) {
      feeds.add(new RandomFeeds(rows, WIDTH, 3, true, 2));
      feeds.add(new RandomFeeds(2, 1, 3, true, 3));
    }
    return feeds;
  }

  private void compare(
      ModelSession original, ModelSession changed, RandomFeeds feeds, int keep, float tolerance)
      throws OrtException {
    try (NativeHandle<OrtSession.Result> expected = run(original, feeds, null);
        NativeHandle<OrtSession.Result> actual =
            run(
                changed,
                feeds,
                changed.inputs().containsKey(PreparedNames.LOGITS_TO_KEEP) ? keep : null)) {
      int kept = keep == 0 ? feeds.width() : Math.min(keep, feeds.width());
      for (String output : original.outputs().keySet()) {
        if (!output.equals("logits")) {
          assertThat(floats(actual, output)).as(output).isEqualTo(floats(expected, output));
        }
      }
      compareLogits(expected, actual, kept, tolerance);
    }
  }

  private static void compareLogits(
      NativeHandle<OrtSession.Result> expected,
      NativeHandle<OrtSession.Result> actual,
      int kept,
      float tolerance)
      throws OrtException {
    long[] shape = shape(expected, "logits");
    int width = (int) shape[1];
    int vocabulary = (int) shape[2];
    assertThat(shape(actual, "logits")).containsExactly(shape[0], kept, vocabulary);
    assertThat(shape(actual, PreparedNames.ARG_MAX)).containsExactly(shape[0], kept);
    assertThat(shape(actual, PreparedNames.MAX)).containsExactly(shape[0], kept);
    FloatBuffer from = floats(expected, "logits");
    FloatBuffer to = floats(actual, "logits");
    LongBuffer argMax = tensor(actual, PreparedNames.ARG_MAX).getLongBuffer();
    FloatBuffer max = floats(actual, PreparedNames.MAX);
    for (int row = 0; row < shape[0]; row++) {
      for (int position = 0; position < kept; position++) {
        int best = 0;
        for (int token = 0; token < vocabulary; token++) {
          float score = to.get((row * kept + position) * vocabulary + token);
          int at = (row * width + width - kept + position) * vocabulary + token;
          assertThat(score).isCloseTo(from.get(at), within(tolerance));
          if (score > to.get((row * kept + position) * vocabulary + best)) {
            best = token;
          }
        }
        assertThat(argMax.get(row * kept + position)).isEqualTo(best);
        assertThat(max.get(row * kept + position))
            .isEqualTo(to.get((row * kept + position) * vocabulary + best));
      }
    }
  }

  private NativeHandle<OrtSession.Result> run(
      ModelSession session, RandomFeeds feeds, @Nullable Integer keep) throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>(feeds.of(environment, session.inputs()));
    if (keep != null) {
      tensors.put(
          PreparedNames.LOGITS_TO_KEEP, OnnxTensor.createTensor(environment, new long[] {keep}));
    }
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      return session.run(
          tensors, session.outputs().keySet(), Map.of(), options, Cancellation.NEVER);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(NativeHandle<OrtSession.Result> result, String output) {
    return (OnnxTensor) result.get().get(output).orElseThrow();
  }

  private static long[] shape(NativeHandle<OrtSession.Result> result, String output) {
    return tensor(result, output).getInfo().getShape();
  }

  private static FloatBuffer floats(NativeHandle<OrtSession.Result> result, String output) {
    return tensor(result, output).getFloatBuffer();
  }
}

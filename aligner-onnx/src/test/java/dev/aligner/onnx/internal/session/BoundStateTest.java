package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.EngineUnavailableException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.WeightFormat;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecoderState;
import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import dev.aligner.onnx.internal.decode.ScoreForm;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.graph.CacheTensor;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.internal.session.binding.BindingUnavailableException;
import dev.aligner.onnx.testing.TestModels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Caches in the memory of the device against caches in the memory of the process, on the CPU: the
 * same scores to the last bit, and not a byte of a cache that Java sees.
 */
class BoundStateTest {

  private static final int ROWS = 3;

  /** Any walk through the verbs of the seam gives the same scores. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-t5",
        "tiny-t5-merged",
        "tiny-t5-q8",
        "tiny-bart-nocache",
        "tiny-bart-monolith",
        "tiny-bart-dtypes",
        "tiny-llama",
        "tiny-gpt2-split",
        "tiny-qwen2-dtypes",
        "tiny-qwen2-genai",
        "tiny-qwen2-genai-int4",
        "tiny-gemma2-genai",
        "tiny-mistral-genai",
        "tiny-phi3-genai",
        "tiny-opt",
        "tiny-bloom"
      })
  void forward_anyWalk_scoresAsWithCachesInTheProcess(String name) {
    try (OrtSequenceModel host = load(name, Residency.HOST);
        OrtSequenceModel device = load(name, Residency.DEVICE)) {
      for (int seed = 0; seed < 4; seed++) {
        Random random = new Random(seed);
        List<int[]> prompts = prompts(random, host.readsPadding());
        try (SequenceModel.Opened one = host.open(prompts, Cancellation.NEVER);
            SequenceModel.Opened other = device.open(prompts, Cancellation.NEVER)) {
          walk(random, host.vocabSize(), one, other);
        }
      }
      assertThat(device.traffic().cached()).isZero();
    }
    assertThat(NativeHandle.live()).isZero();
  }

  private static void walk(
      Random random, int vocabulary, SequenceModel.Opened one, SequenceModel.Opened other) {
    DecoderState a = one.state();
    DecoderState b = other.state();
    compare(vocabulary, 1, a, b, one.firstTokens());
    for (int step = 0; step < 10; step++) {
      if (random.nextInt(3) == 0) {
        int length = Math.max(1, a.length() - random.nextInt(3));
        a.truncate(length);
        b.truncate(length);
      }
      if (random.nextInt(3) == 0) {
        int[] rows = random.ints(1 + random.nextInt(4), 0, a.rows()).toArray();
        a.reorder(rows);
        b.reorder(rows);
      }
      int width = 1 + random.nextInt(Math.min(3, a.mostPositions(ScoreForm.LOGITS)));
      int[][] tokens = new int[a.rows()][];
      for (int row = 0; row < tokens.length; row++) {
        tokens[row] = random.ints(width, 3, vocabulary).toArray();
      }
      compare(vocabulary, width, a, b, tokens);
    }
  }

  private static void compare(
      int vocabulary, int positions, DecoderState a, DecoderState b, int[][] tokens) {
    Scores expected = a.forward(tokens, positions, ScoreForm.LOGITS);
    Scores found = b.forward(tokens, positions, ScoreForm.LOGITS);
    for (int row = 0; row < a.rows(); row++) {
      for (int position = 0; position < positions; position++) {
        assertThat(scores(vocabulary, found, row, position))
            .isEqualTo(scores(vocabulary, expected, row, position));
      }
    }
  }

  private static float[] scores(int vocabulary, Scores scores, int row, int position) {
    float[] all = new float[vocabulary];
    scores.copyTo(row, position, all);
    return all;
  }

  /** Token ids, masks and positions go up, best ids come down, and nothing else does. */
  @Test
  void traffic_ofAStep_isIdsAlone() {
    int past = 7;
    try (OrtSequenceModel host = load("tiny-llama", Residency.HOST);
        OrtSequenceModel device = load("tiny-llama", Residency.DEVICE)) {
      HostTraffic step = trafficOfAStep(device, past);
      long ids = ROWS * Long.BYTES;

      assertThat(step.fed())
          .as("ids, positions, mask, and how many positions are scored")
          .isEqualTo(ids + ids + ids * (past + 1) + Long.BYTES);
      assertThat(step.scored()).as("best ids and their scores").isEqualTo(ids + ROWS * Float.BYTES);
      assertThat(step.cached()).isZero();
      assertThat(trafficOfAStep(host, past).cached())
          .as("a present of as many positions")
          .isEqualTo(ROWS * host.cacheBytes(past + 1, 0));
    }
  }

  private static HostTraffic trafficOfAStep(OrtSequenceModel model, int past) {
    Random random = new Random(past);
    List<int[]> prompts = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      prompts.add(random.ints(past, 3, model.vocabSize()).toArray());
    }
    try (SequenceModel.Opened opened = model.open(prompts, Cancellation.NEVER)) {
      opened.state().forward(opened.firstTokens(), 1, ScoreForm.ARG_MAX);
      HostTraffic before = model.traffic();
      opened.state().forward(new int[][] {{4}, {5}, {6}}, 1, ScoreForm.ARG_MAX);
      return model.traffic().since(before);
    }
  }

  /**
   * GroupQueryAttention appends to the cache where it lies; a cache that is full is copied once.
   */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-qwen2-genai", "tiny-qwen2-genai-int4", "tiny-phi3-genai"})
  void forward_inPlace_scoresTheSameBeyondTheRoom(String name) {
    try (OrtSequenceModel host = load(name, Residency.HOST);
        OrtSequenceModel device = load(name, Residency.DEVICE)) {
      assertThat(device.appendsInPlace()).isTrue();
      assertThat(host.appendsInPlace()).isFalse();
      List<int[]> prompts = List.of(new Random(1).ints(60, 3, host.vocabSize()).toArray());
      try (SequenceModel.Opened one = host.open(prompts, Cancellation.NEVER);
          SequenceModel.Opened other = device.open(prompts, Cancellation.NEVER)) {
        compare(host.vocabSize(), 1, one.state(), other.state(), one.firstTokens());
        for (int step = 0; step < 12; step++) {
          int width = 1 + step % 3;
          int[][] tokens = {new Random(step).ints(width, 3, host.vocabSize()).toArray()};
          compare(host.vocabSize(), width, one.state(), other.state(), tokens);
          if (step % 4 == 3) {
            one.state().truncate(one.state().length() - 2);
            other.state().truncate(other.state().length() - 2);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama", "tiny-gpt2", "tiny-bloom"})
  void appendsInPlace_otherAttention_isFalse(String name) {
    try (OrtSequenceModel device = load(name, Residency.DEVICE)) {
      assertThat(device.appendsInPlace()).isFalse();
    }
  }

  /** Of an encoder-decoder neither hidden states nor its part of the cache come by. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-t5-merged", "tiny-bart", "tiny-marian", "tiny-pegasus"})
  void traffic_ofAnEncoderDecoder_holdsNoCacheAndNoStates(String name) {
    try (OrtSequenceModel host = load(name, Residency.HOST);
        OrtSequenceModel device = load(name, Residency.DEVICE)) {
      for (OrtSequenceModel model : List.of(host, device)) {
        try (SequenceModel.Opened opened =
            model.open(List.of(new int[] {5, 6, 7, 1}, new int[] {8, 1}), Cancellation.NEVER)) {
          opened.state().forward(opened.firstTokens(), 1, ScoreForm.ARG_MAX);
          opened.state().reorder(new int[] {1, 1, 0});
          opened.state().forward(new int[][] {{4}, {5}, {6}}, 1, ScoreForm.ARG_MAX);
        }
      }
      assertThat(device.traffic().cached()).isZero();
      assertThat(host.traffic().cached()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT", "FLOAT16", "BFLOAT16"})
  void place_tensorsOfEachType_keepWhatGraphsWrite(ElementType type)
      throws OrtException, BindingUnavailableException {
    OrtEnvironment environment = OrtRuntime.environment();
    CacheTensor tensor = new CacheTensor("a", type.onnxType(), 4, 2);
    long[] shape = {2, 1, 3, 2};
    ByteBuffer sent = bytes(12 * type.bytes());
    new Random(type.name().length()).ints(sent.capacity(), 0, 60).forEach(b -> sent.put((byte) b));
    sent.flip();
    ByteBuffer received = bytes(sent.capacity());
    int[] rows = {0, 1};
    try (ModelSession session = session(environment);
        DeviceResidence residence =
            DeviceResidence.open(environment, session, Device.cpu(1), Long.MAX_VALUE);
        CacheMover mover =
            new CacheMover(environment, Path.of("x"), Device.cpu(1), List.of(tensor));
        Residence.Place place = residence.place()) {
      place.tensor(type, new long[] {1, 1, 1, 1}, 0).close();
      try (NativeHandle<OnnxTensor> there = place.tensor(type, shape, 1 << 16);
          NativeHandle<OnnxTensor> from =
              NativeHandle.of("from", type.tensor(environment, sent, shape));
          NativeHandle<OnnxTensor> to =
              NativeHandle.of("to", type.tensor(environment, received, shape))) {
        assertThat(there.get().getInfo().getShape()).containsExactly(shape);
        mover.takeRows(List.of(from.get()), List.of(there.get()), rows, Cancellation.NEVER);
        mover.takeRows(List.of(there.get()), List.of(to.get()), rows, Cancellation.NEVER);
      }
    }
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void close_memoryWithAnOpenBlock_isRefusedAndNothingCrashes()
      throws OrtException, BindingUnavailableException {
    OrtEnvironment environment = OrtRuntime.environment();
    try (ModelSession session = session(environment)) {
      DeviceResidence residence =
          DeviceResidence.open(environment, session, Device.cpu(1), Long.MAX_VALUE);
      Residence.Place place = residence.place();
      NativeHandle<OnnxTensor> tensor = place.tensor(ElementType.FLOAT, new long[] {4}, 0);

      assertThatThrownBy(residence::close)
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage("1 blocks of device memory are still open");
      assertThatThrownBy(() -> residence.place().tensor(ElementType.FLOAT, new long[] {4}, 0))
          .isInstanceOf(IllegalStateException.class);
      tensor.close();
      assertThatThrownBy(tensor::get).isInstanceOf(IllegalStateException.class);
      place.close();
      place.close();
    }
  }

  @Test
  void place_moreThanThereIs_isOutOfMemory() throws OrtException, BindingUnavailableException {
    OrtEnvironment environment = OrtRuntime.environment();
    try (ModelSession session = session(environment);
        DeviceResidence limited = DeviceResidence.open(environment, session, Device.cpu(1), 4096);
        DeviceResidence unlimited =
            DeviceResidence.open(environment, session, Device.cpu(1), Long.MAX_VALUE);
        Residence.Place place = limited.place();
        Residence.Place other = unlimited.place()) {
      place.tensor(ElementType.FLOAT, new long[] {1000}, 0).close();
      assertThatThrownBy(() -> place.tensor(ElementType.FLOAT, new long[] {2000}, 0))
          .isInstanceOf(OutOfDeviceMemoryException.class)
          .hasMessageContaining("at most 4096 bytes");
      assertThatThrownBy(() -> other.tensor(ElementType.FLOAT, new long[] {1L << 45}, 0))
          .as("what ONNX Runtime itself says")
          .isInstanceOf(OutOfDeviceMemoryException.class);
      place.tensor(ElementType.FLOAT, new long[] {1000}, 0).close();
    }
  }

  @Test
  void open_bindingThatIsNotAsExpected_fallsBackOnAGpuAndFailsWhereAskedFor() {
    OrtEnvironment environment = OrtRuntime.environment();
    try (DirectBuffers buffers = new DirectBuffers()) {
      Residences.Opening broken =
          () -> {
            throw new BindingUnavailableException("a field is gone", null);
          };

      assertThat(Residences.open(environment, Device.cuda(0), Residency.AUTO, buffers, broken))
          .isInstanceOf(HostResidence.class);
      assertThat(Residences.open(environment, Device.cpu(), Residency.AUTO, buffers, broken))
          .isInstanceOf(HostResidence.class);
      assertThat(Residences.open(environment, Device.cuda(0), Residency.HOST, buffers, broken))
          .isInstanceOf(HostResidence.class);
      assertThatThrownBy(
              () -> Residences.open(environment, Device.cpu(), Residency.DEVICE, buffers, broken))
          .isInstanceOf(EngineUnavailableException.class)
          .hasMessageContaining("caches cannot stay on cpu")
          .hasMessageContaining("a field is gone")
          .hasMessageContaining("Fix: use the version that this library is tested with");
    }
  }

  private static ModelSession session(OrtEnvironment environment) {
    return ModelSession.open(
        environment, TestModels.directory("tiny-llama").resolve("model.onnx"), Device.cpu(1));
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  private static OrtSequenceModel load(String name, Residency residency) {
    return OrtModelLoader.load(
        ModelDirectory.read(
            TestModels.directory(name),
            name.endsWith("-dtypes") ? WeightFormat.FP16 : WeightFormat.AUTO),
        Device.cpu(1),
        List.of(),
        residency);
  }

  private static List<int[]> prompts(Random random, boolean mixed) {
    int length = 2 + random.nextInt(6);
    List<int[]> prompts = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      prompts.add(random.ints(mixed ? 1 + random.nextInt(9) : length, 3, 100).toArray());
    }
    return prompts;
  }
}

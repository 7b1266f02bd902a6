package dev.aligner.onnx.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.onnx.Batching;
import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device without memory for a whole batch decodes halves of it. */
class HalvingTest {

  private static final int LIMIT = 30;

  private final FakeBatchModel model = new FakeBatchModel();
  private final Dispatcher dispatcher =
      new Dispatcher(model, Batching.auto(), /* merges= */ true, 1);

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7, 8})
  void run_modelOutOfMemory_givesWhatItGivesWithEnough(int failingRows) {
    model.outOfMemory(failingRows);
    Job job = Jobs.of(prompts(7), LIMIT);

    List<Halving.Part> parts = Halving.run(dispatcher::run, job);

    assertThat(texts(parts)).isEqualTo(Jobs.texts(Jobs.alone(job)));
    assertThat(parts).hasSizeGreaterThan(failingRows > 7 ? 0 : 1);
    assertThat(model.open).hasValue(0);
  }

  @Test
  void run_halfThatFits_isTriedOnce() {
    model.outOfMemory(5);
    Halving.run(dispatcher::run, Jobs.of(prompts(8), LIMIT));

    assertThat(model.runs).extracting(List::size).containsExactly(8, 4, 4);
  }

  @Test
  void run_promptThatNeverFits_failsAlone() {
    Job job = Jobs.of(prompts(4), LIMIT);
    int[] large = job.prompts().get(2);

    List<Halving.Part> parts =
        Halving.run(
            part -> {
              if (part.prompts().contains(large)) {
                throw new OutOfDeviceMemoryException("Failed to allocate memory", null);
              }
              return dispatcher.run(part);
            },
            job);

    assertThat(parts).extracting(Halving.Part::from).containsExactly(0, 2, 3);
    assertThat(parts.get(1).failure()).isInstanceOf(OutOfDeviceMemoryException.class);
    assertThat(parts.get(1).result()).isNull();
    assertThat(parts).filteredOn(part -> part.failure() == null).hasSize(2);
  }

  @Test
  void run_outOfMemoryInTheMiddle_isHeardOnce() {
    model.outOfMemory(3);
    model.failingStep = 2;
    List<List<Integer>> heard = new ArrayList<>();
    IntStream.range(0, 6).forEach(i -> heard.add(new ArrayList<>()));
    Job job =
        Jobs.with(Jobs.of(prompts(6), LIMIT), (prompt, token) -> heard.get(prompt).add(token));

    List<Halving.Part> parts = Halving.run(dispatcher::run, job);

    assertThat(heard.stream().map(tokens -> "[" + tokens + "]").toList()).isEqualTo(texts(parts));
  }

  @Test
  void run_otherFailure_isThrown() {
    model.failingRows = 2;

    assertThatThrownBy(() -> Halving.run(dispatcher::run, Jobs.of(prompts(3), LIMIT)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a step failed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Non-zero status code returned while running MatMul node. Name:'/m' Status Message:"
            + " bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 8388608",
        "bfc_arena.cc:342 Available memory of 1024 is smaller than requested bytes of 4096",
        "CUDA failure 2: out of memory ; GPU=0 ; hostname=x",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
        "std::bad_alloc"
      })
  void isToldBy_messagesOfOnnxRuntime(String message) {
    assertThat(OutOfDeviceMemoryException.isToldBy(message)).isTrue();
  }

  @Test
  void isToldBy_otherMessages_isFalse() {
    assertThat(OutOfDeviceMemoryException.isToldBy("Exiting due to terminate flag")).isFalse();
    assertThat(OutOfDeviceMemoryException.isToldBy("CUDA failure 700: illegal access")).isFalse();
  }

  private static List<String> texts(List<Halving.Part> parts) {
    List<String> texts = new ArrayList<>();
    for (Halving.Part part : parts) {
      texts.addAll(Jobs.texts(Objects.requireNonNull(part.result())));
    }
    return texts;
  }

  private static List<int[]> prompts(int count) {
    Random random = new Random(count);
    return IntStream.range(0, count)
        .mapToObj(i -> random.ints(3, 0, FakeBatchModel.VOCABULARY).toArray())
        .toList();
  }
}

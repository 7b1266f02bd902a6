package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.LoraAdapter;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.WeightFormat;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One base with two LoRA adapters writes what transformers writes with them merged. */
class LoraTest {

  private static final Path MODEL = TestModels.directory("tiny-llama-lora");
  private static final String BASE = "base";
  private static final List<String> NAMES = List.of(BASE, "red", "blue");

  @ParameterizedTest
  @ValueSource(strings = {"base", "red", "blue"})
  void generate_isWhatTransformersGenerates(String name) {
    try (OnnxGenerator generator = open()) {
      for (Golden golden : goldens(name)) {
        Generation generation = generator.generate(request(golden, name));
        assertThat(generation.tokenIds()).as(golden.toString()).isEqualTo(golden.tokenIds());
        assertThat(generation.text()).as(golden.toString()).isEqualTo(golden.text());
      }
    }
  }

  @Test
  void generate_withoutAdapters_isTheBase() {
    try (OnnxGenerator generator = OnnxGenerator.open(MODEL)) {
      for (Golden golden : goldens(BASE)) {
        assertThat(generator.generate(request(golden, BASE)).tokenIds())
            .as(golden.toString())
            .isEqualTo(golden.tokenIds());
      }
    }
  }

  @Test
  void generateAll_ofSeveralAdapters_mixesNone() {
    List<Golden> wanted = new ArrayList<>();
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < goldens(BASE).size(); i++) {
      for (String name : NAMES) {
        wanted.add(goldens(name).get(i));
        requests.add(request(goldens(name).get(i), name));
      }
    }
    try (OnnxGenerator generator = open()) {
      List<Generation> all = generator.generateAll(requests);
      for (int i = 0; i < wanted.size(); i++) {
        assertThat(all.get(i).tokenIds()).isEqualTo(wanted.get(i).tokenIds());
      }
    }
  }

  @Test
  @Timeout(120)
  void generate_inFourThreads_isAsAlone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (OnnxGenerator generator = open()) {
      List<Future<Integer>> workers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int offset = thread;
        workers.add(threads.submit(() -> checkAll(generator, offset)));
      }
      for (Future<Integer> worker : workers) {
        assertThat(worker.get()).isEqualTo(3 * goldens(BASE).size());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Takes another adapter for each prompt. */
  private static int checkAll(OnnxGenerator generator, int offset) {
    int checked = 0;
    for (int i = 0; i < goldens(BASE).size(); i++) {
      for (int turn = 0; turn < NAMES.size(); turn++) {
        String name = NAMES.get((offset + i + turn) % NAMES.size());
        Golden golden = goldens(name).get(i);
        assertThat(generator.generate(request(golden, name)).tokenIds())
            .as(name + ": " + golden)
            .isEqualTo(golden.tokenIds());
        checked++;
      }
    }
    return checked;
  }

  @Test
  @Timeout(120)
  void close_whileFourThreadsGenerate_endsThem() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    int closed = 0;
    try {
      for (int round = 0; round < 20; round++) {
        OnnxGenerator generator = open();
        List<Future<Integer>> workers = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
          int offset = thread;
          workers.add(threads.submit(() -> checkAll(generator, offset)));
        }
        Thread.sleep(5L * (round % 4));
        generator.close();
        for (Future<Integer> worker : workers) {
          try {
            worker.get();
          } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(AlignerClosedException.class);
            closed++;
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(closed).isPositive();
  }

  @Test
  void generate_unknownAdapter_tellsWhatIsThere() {
    try (OnnxGenerator generator = open()) {
      assertThatThrownBy(() -> generator.generate(request(goldens(BASE).get(0), "green")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[blue, red]")
          .hasMessageContaining("\"green\"");
    }
  }

  @Test
  void withLoraAdapter_sharesTheModel() {
    try (OnnxAligner base = aligner()) {
      String ofBase = correct(base);
      Aligner red = base.withLoraAdapter("red");
      String ofRed = correct(red);
      String ofBlue = correct(base.withLoraAdapter("red").withLoraAdapter("blue"));
      assertThat(List.of(ofBase, ofRed, ofBlue)).doesNotHaveDuplicates();

      red.close();

      assertThat(correct(base)).isEqualTo(ofBase);
      assertThat(correct(base.withLoraAdapter("red"))).isEqualTo(ofRed);
      assertThatThrownBy(() -> base.withLoraAdapter("green"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[blue, red]");
    }
  }

  @Test
  void withLoraAdapter_ofClosedBase_isClosed() {
    OnnxAligner base = aligner();
    Aligner red = base.withLoraAdapter("red");
    base.close();

    assertThatThrownBy(() -> correct(red)).isInstanceOf(AlignerClosedException.class);
    assertThatThrownBy(() -> correct(base.withLoraAdapter("red")))
        .isInstanceOf(AlignerClosedException.class);
  }

  @Test
  void loraAdapter_nameTwice_isRefused() {
    OnnxAligner.Builder builder = OnnxAligner.builder(MODEL).loraAdapter(adapter("red"));

    assertThatThrownBy(() -> builder.loraAdapter(adapter("red")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two \"red\"");
    List<LoraAdapter> twice = List.of(adapter("red"), adapter("red"));
    assertThatThrownBy(() -> OnnxGenerator.open(MODEL, WeightFormat.AUTO, twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two \"red\"");
    assertThatThrownBy(() -> LoraAdapter.of(" ", MODEL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String correct(Aligner aligner) {
    return aligner.correct("", goldens(BASE).get(0).prompt()).text();
  }

  private static OnnxAligner aligner() {
    return OnnxAligner.builder(MODEL)
        .template(PromptTemplate.of("{answer}"))
        .limits(Limits.ofModel().withMaxNewTokens(12))
        .loraAdapter(adapter("red"))
        .loraAdapter(adapter("blue"))
        .build();
  }

  private static OnnxGenerator open() {
    return OnnxGenerator.open(MODEL, WeightFormat.AUTO, List.of(adapter("red"), adapter("blue")));
  }

  private static LoraAdapter adapter(String name) {
    return LoraAdapter.of(name, MODEL.resolve(name + ".onnx_adapter"));
  }

  private static List<Golden> goldens(String name) {
    return Golden.ofFile(MODEL.resolve("golden-" + name + ".json"));
  }

  private static GenerationRequest request(Golden golden, String name) {
    GenerationRequest request =
        GenerationRequest.ofInputIds(golden.inputIds()).withMaxNewTokens(golden.maxNewTokens());
    return name.equals(BASE) ? request : request.withLoraAdapter(name);
  }
}

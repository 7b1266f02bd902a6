package dev.aligner.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.InferenceException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.WeightFormat;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecoderState;
import dev.aligner.onnx.internal.decode.ScoreForm;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.internal.session.HostTraffic;
import dev.aligner.onnx.internal.session.OrtModelLoader;
import dev.aligner.onnx.internal.session.OrtSequenceModel;
import dev.aligner.onnx.internal.session.Residency;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures steps of the library's own decoder on a device: with caches that stay there, and with
 * caches that go there and back in each step, as a plain run has them. Prints a line of JSON for
 * each size.
 */
@Command(
    name = "device-steps",
    description = "Time and traffic of a decoder's step on a device.",
    mixinStandardHelpOptions = true)
final class DeviceSteps implements Callable<Integer> {

  private static final int WARM_UP = 5;
  private static final int SEED = 7;

  @Option(names = "--model", required = true, description = "The directory of the model.")
  private Path modelDirectory = Path.of("");

  @Option(names = "--device", defaultValue = "cpu", description = "cpu, or cuda; ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--residency",
      split = ",",
      defaultValue = "DEVICE,HOST",
      description = "Where caches lie.")
  private List<Residency.Kind> residencies = List.of();

  @Option(names = "--weight-format", defaultValue = "AUTO", description = "Which graphs.")
  private WeightFormat weightFormat = WeightFormat.AUTO;

  @Option(names = "--past", split = ",", defaultValue = "128,512", description = "Tokens before.")
  private List<Integer> pasts = List.of();

  @Option(names = "--rows", split = ",", defaultValue = "1,16", description = "Rows of a step.")
  private List<Integer> rows = List.of();

  @Option(names = "--source", defaultValue = "64", description = "Tokens an encoder has read.")
  private int source;

  @Option(names = "--steps", defaultValue = "30", description = "Steps that are measured.")
  private int steps;

  @Option(names = "--label", defaultValue = "", description = "What the lines are to be called.")
  private String label = "";

  @Override
  public Integer call() {
    for (Residency.Kind kind : residencies) {
      try (OrtSequenceModel model =
          OrtModelLoader.load(
              ModelDirectory.read(modelDirectory, weightFormat),
              device.equals("cuda") ? Device.cuda(0) : Device.cpu(),
              List.of(),
              new Residency(kind, Long.MAX_VALUE))) {
        for (int past : pasts) {
          for (int count : rows) {
            System.out.println(line(model, kind, past, count));
          }
        }
      }
    }
    return 0;
  }

  private ObjectNode line(OrtSequenceModel model, Residency.Kind kind, int past, int count) {
    ObjectNode line =
        new ObjectMapper()
            .createObjectNode()
            .put("engine", "aligner")
            .put("label", label)
            .put("device", device)
            .put("residency", kind.name())
            .put("past", past)
            .put("rows", count);
    try {
      measure(model, past, count, line);
    } catch (InferenceException | IllegalArgumentException e) {
      line.put("failed", String.valueOf(e.getMessage()));
    }
    return line;
  }

  private void measure(OrtSequenceModel model, int past, int count, ObjectNode line) {
    boolean encoder = model.isEncoderDecoder();
    List<int[]> prompts = prompts(encoder ? source : past, count, model.vocabSize());
    try (SequenceModel.Opened opened = model.open(prompts, Cancellation.NEVER)) {
      DecoderState state = opened.state();
      int[][] first = opened.firstTokens();
      long begin = System.nanoTime();
      int[][] next = best(state.forward(first, 1, ScoreForm.ARG_MAX), count);
      line.put("first_ms", (System.nanoTime() - begin) / 1e6);
      if (encoder && past > 1) {
        int[][] read = prompts(past - 1, count, model.vocabSize()).toArray(int[][]::new);
        next = best(state.forward(read, 1, ScoreForm.ARG_MAX), count);
      }
      List<Integer> tokens = new ArrayList<>();
      for (int i = 0; i < WARM_UP; i++) {
        tokens.add(next[0][0]);
        next = best(state.forward(next, 1, ScoreForm.ARG_MAX), count);
      }
      double[] millis = new double[steps];
      HostTraffic before = model.traffic();
      for (int i = 0; i < steps; i++) {
        tokens.add(next[0][0]);
        long start = System.nanoTime();
        next = best(state.forward(next, 1, ScoreForm.ARG_MAX), count);
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
      put(line, millis, model.traffic().since(before));
      ArrayNode ids = line.putArray("tokens");
      tokens.forEach(ids::add);
    }
  }

  /** A present that lies in the process was a past before: it goes over the bus both ways. */
  private void put(ObjectNode line, double[] millis, HostTraffic traffic) {
    Arrays.sort(millis);
    double median = millis[millis.length / 2];
    line.put("median_ms", median)
        .put("min_ms", millis[0])
        .put("p90_ms", millis[millis.length * 9 / 10])
        .put("steps_per_second", 1000 / median)
        .put("fed_bytes", traffic.fed() / steps)
        .put("scored_bytes", traffic.scored() / steps)
        .put("cache_bytes_one_way", traffic.cached() / steps);
  }

  private static int[][] best(Scores scores, int count) {
    int[][] best = new int[count][1];
    for (int row = 0; row < count; row++) {
      best[row][0] = scores.argMax(row, 0);
    }
    return best;
  }

  /** The same prompts as gpu/torch_peer.py makes: a linear congruence, not a library's numbers. */
  private static List<int[]> prompts(int length, int count, int vocabulary) {
    List<int[]> prompts = new ArrayList<>();
    long state = SEED;
    for (int row = 0; row < count; row++) {
      int[] prompt = new int[length];
      for (int i = 0; i < length; i++) {
        state = (state * 1_103_515_245L + 12_345) & 0x7fff_ffffL;
        prompt[i] = (int) (10 + (state >> 8) % (vocabulary - 20));
      }
      prompts.add(prompt);
    }
    return prompts;
  }
}

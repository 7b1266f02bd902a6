package dev.aligner.onnx.internal.session;

import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.ScoreForm;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.model.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The control for the KV cache: a decoder that reads everything again from the start for every
 * token, in a generation of its own, and picks the arg-max of the logits itself.
 */
final class NaiveDecoder implements AutoCloseable {

  private final OrtSequenceModel model;
  private final Set<Integer> eos;

  NaiveDecoder(Path directory) {
    ModelDirectory files = ModelDirectory.read(directory);
    this.model = OrtModelLoader.load(files, Device.cpu());
    this.eos = files.config().eosTokenIds();
  }

  int[] generate(int[] prompt, int maxNewTokens) {
    List<Integer> written = new ArrayList<>();
    while (written.size() < maxNewTokens) {
      int next = next(prompt, written);
      written.add(next);
      if (eos.contains(next)) {
        break;
      }
    }
    return written.stream().mapToInt(Integer::intValue).toArray();
  }

  private int next(int[] prompt, List<Integer> written) {
    try (SequenceModel.Opened opened = model.open(List.of(prompt), Cancellation.NEVER)) {
      int[] start = opened.firstTokens()[0];
      int[] all = new int[start.length + written.size()];
      System.arraycopy(start, 0, all, 0, start.length);
      for (int i = 0; i < written.size(); i++) {
        all[start.length + i] = written.get(i);
      }
      Scores scores = opened.state().forward(new int[][] {all}, 1, ScoreForm.LOGITS);
      float[] logits = new float[model.vocabSize()];
      scores.copyTo(0, 0, logits);
      int best = 0;
      for (int id = 1; id < logits.length; id++) {
        best = logits[id] > logits[best] ? id : best;
      }
      return best;
    }
  }

  @Override
  public void close() {
    model.close();
  }
}

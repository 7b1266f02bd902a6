package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Beam search of one prompt as a control: no cache, no rows, whole lists sorted, double precision.
 * It begins with one beam, so the vocabulary must be no smaller than the candidates of a step.
 */
final class NaiveBeams {

  private record Open(int[] written, double sum) {}

  private record Ended(int[] written, double score) {}

  private final SearchRequest request;
  private final FakeModel model;
  private final int prompt;
  private final int beams;
  private final double penalty;
  private final EarlyStopping early;
  private final int limit;

  NaiveBeams(SearchRequest request, FakeModel model, int prompt) {
    this.request = request;
    this.model = model;
    this.prompt = prompt;
    this.beams = request.decoding().get(DecodingOption.NUM_BEAMS);
    this.penalty = request.decoding().get(DecodingOption.LENGTH_PENALTY);
    this.early = request.decoding().get(DecodingOption.EARLY_STOPPING);
    this.limit = request.maxNewTokens().get(prompt);
  }

  /** Returns the ids of the best outputs. */
  List<int[]> best() {
    List<Open> open = List.of(new Open(new int[0], 0));
    List<Ended> ended = new ArrayList<>();
    for (int length = 1; ; length++) {
      List<Open> candidates = candidates(open);
      List<Open> next = candidates.stream().filter(c -> !ends(c.written)).limit(beams).toList();
      candidates.stream()
          .limit(beams)
          .filter(c -> ends(c.written))
          .map(c -> new Ended(c.written, c.sum / Math.pow(c.written.length, penalty)))
          .forEach(ended::add);
      ended.sort(Comparator.comparingDouble(Ended::score).reversed());
      ended = new ArrayList<>(ended.subList(0, Math.min(beams, ended.size())));
      if (next.isEmpty() || isOver(next.get(0), ended, length)) {
        return ended.stream()
            .limit(request.decoding().get(DecodingOption.NUM_RETURN_SEQUENCES))
            .map(Ended::written)
            .toList();
      }
      open = next;
    }
  }

  private boolean isOver(Open best, List<Ended> ended, int length) {
    if (ended.size() < beams) {
      return false;
    }
    double worst = ended.get(beams - 1).score;
    int hoped = early == EarlyStopping.NEVER && penalty > 0 ? limit : length;
    return early == EarlyStopping.TRUE || best.sum / Math.pow(hoped, penalty) <= worst;
  }

  private List<Open> candidates(List<Open> open) {
    List<Open> all = new ArrayList<>();
    for (Open beam : open) {
      double[] logProbs = logProbs(beam.written);
      for (int id = 0; id < logProbs.length; id++) {
        all.add(new Open(FakeModel.concat(beam.written, id), beam.sum + logProbs[id]));
      }
    }
    all.sort(Comparator.comparingDouble(Open::sum).reversed());
    return all.subList(0, beams * Math.max(2, 1 + request.eosTokenIds().size()));
  }

  private double[] logProbs(int[] written) {
    int[] encoder = request.prompts().get(prompt);
    int[] read = model.encoderDecoder() ? FakeModel.concat(encoder, FakeModel.START) : encoder;
    float[] logits = model.logits(FakeModel.concat(read, written));
    double sum = IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i])).sum();
    return IntStream.range(0, logits.length).mapToDouble(i -> logits[i] - Math.log(sum)).toArray();
  }

  private boolean ends(int[] written) {
    return written.length == limit
        || request.eosTokenIds().contains(written[written.length - 1])
        || request.stop().test(written);
  }
}

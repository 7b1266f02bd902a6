package dev.aligner.evaluation;

import dev.aligner.evaluation.EditRatios.Bin;
import java.util.ArrayList;
import java.util.List;

/** Adds up edit ratios. Not thread-safe. */
final class EditTally {

  /** The first bin is of texts returned verbatim, the last one has no end. */
  private static final double[] EDGES = {
    0, EvaluationSettings.NEAR_COPY, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.5, 2, 3
  };

  private final DoubleList ratios = new DoubleList();
  private final long[] bins = new long[EDGES.length];
  private long verbatim;

  void add(ScoredRow scored) {
    ratios.add(scored.editRatio());
    if (scored.row().isChanged()) {
      bins[bin(scored.editRatio())]++;
    } else {
      verbatim++;
    }
  }

  private static int bin(double ratio) {
    int bin = EDGES.length - 1;
    while (bin > 0 && ratio < EDGES[bin]) {
      bin--;
    }
    return bin;
  }

  EditRatios figures(Bootstrap bootstrap, String group) {
    double[] sorted = ratios.sorted();
    List<Bin> all = new ArrayList<>();
    all.add(new Bin(0, 0, verbatim));
    for (int i = 0; i < EDGES.length; i++) {
      double to = i + 1 < EDGES.length ? EDGES[i + 1] : Double.POSITIVE_INFINITY;
      all.add(new Bin(EDGES[i], to, bins[i]));
    }
    boolean none = sorted.length == 0;
    return new EditRatios(
        bootstrap.mean(group + "/edit_ratio", ratios.toArray()),
        none ? 0 : Bootstrap.quantile(sorted, 0.5),
        none ? 0 : Bootstrap.quantile(sorted, 0.9),
        none ? 0 : sorted[sorted.length - 1],
        all);
  }
}

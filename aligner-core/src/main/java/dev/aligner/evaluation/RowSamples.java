package dev.aligner.evaluation;

import dev.aligner.internal.StableHash;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws rows of each kind with equal chances, in one walk (Vitter 1985). Not thread-safe. */
final class RowSamples {

  private final int most;
  private final long seed;
  private final Map<SampledRow.Kind, Reservoir> reservoirs = new EnumMap<>(SampledRow.Kind.class);

  RowSamples(long seed, int most) {
    this.seed = seed;
    this.most = most;
  }

  void add(ScoredRow scored) {
    scored
        .kind()
        .ifPresent(
            kind ->
                reservoirs
                    .computeIfAbsent(kind, k -> new Reservoir(seed ^ StableHash.of(k.name())))
                    .add(
                        new SampledRow(
                            kind, scored.row(), scored.editRatio(), scored.judgement())));
  }

  /** Returns what was drawn, by kind. */
  List<SampledRow> drawn() {
    return reservoirs.values().stream().flatMap(reservoir -> reservoir.rows.stream()).toList();
  }

  private final class Reservoir {

    private final SplittableRandom random;
    private final List<SampledRow> rows = new ArrayList<>();
    private long seen;

    Reservoir(long seed) {
      this.random = new SplittableRandom(seed);
    }

    void add(SampledRow row) {
      seen++;
      if (rows.size() < most) {
        rows.add(row);
      } else if (most > 0) {
        long place = random.nextLong(seen);
        if (place < most) {
          rows.set((int) place, row);
        }
      }
    }
  }
}

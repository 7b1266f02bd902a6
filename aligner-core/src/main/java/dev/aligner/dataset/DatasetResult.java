package dev.aligner.dataset;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run of a {@link DatasetBuilder} came to.
 *
 * <p>Immutable and thread-safe.
 *
 * @param end where it ended
 * @param round the round that the dataset is: 1 where the answers were corrected for the first time
 * @param outcomes how many corrections ended in which way, by {@code corrected}, {@code kept},
 *     {@code skipped} and {@code failed}
 * @param badLines how many lines of the input cannot be used
 * @param files what was made, by format; empty unless the end is {@link End#COMPLETE}
 * @param drift the drift over all corrections, taken into the dataset or not; empty for identity
 *     sets and unless the end is {@link End#COMPLETE}
 */
public record DatasetResult(
    End end,
    int round,
    Map<String, Long> outcomes,
    long badLines,
    Map<DatasetFormat, FileResult> files,
    Optional<Drift> drift) {

  /** Where a run ended. */
  public enum End {
    /** The dataset is there. */
    COMPLETE,
    /** The same run had made the dataset before; nothing was done. */
    COMPLETE_BEFORE,
    /** The monitor asked to stop; the same call goes on from there. */
    STOPPED
  }

  /**
   * One file of a dataset.
   *
   * @param file where it is
   * @param provenance where its provenance is
   * @param rows how many rows it has
   * @param dropped how many lines of the input are not in it, by reason: {@code bad_line}, {@code
   *     blank}, {@code too_long}, {@code lone_surrogate} (a text that UTF-8 cannot hold), {@code
   *     not_sampled}, {@code duplicate}, {@code failed}, {@code skipped_} and the aligner's reason,
   *     {@code edited_too_little}, {@code edited_too_much}, {@code identical}, {@code check_failed}
   *     (an acceptance check threw), and the reasons of the acceptance check. Blank lines do not
   *     count
   */
  public record FileResult(Path file, Path provenance, long rows, Map<String, Long> dropped) {

    /** Copies, in the order of the reasons. */
    public FileResult {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(provenance, "provenance");
      dropped = Collections.unmodifiableMap(new TreeMap<>(dropped));
    }
  }

  /** Copies. */
  public DatasetResult {
    Objects.requireNonNull(end, "end");
    Objects.requireNonNull(drift, "drift");
    outcomes = Collections.unmodifiableMap(new TreeMap<>(outcomes));
    files =
        files.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(Map.copyOf(files)));
  }
}

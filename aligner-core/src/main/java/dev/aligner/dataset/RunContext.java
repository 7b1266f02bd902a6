package dev.aligner.dataset;

import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * What all stages of a run share.
 *
 * @param place where the files are
 * @param options the choices
 * @param filter the choices about rows
 * @param known what the provenance of the input tells
 * @param monitor who watches
 * @param totalBytes the size of the input
 */
record RunContext(
    Place place,
    DatasetOptions options,
    RowFilter filter,
    InputProvenance known,
    DatasetMonitor monitor,
    long totalBytes) {

  static RunContext of(Place place, DatasetOptions options, DatasetMonitor monitor)
      throws IOException {
    InputProvenance known = InputProvenance.beside(place.input());
    return new RunContext(
        place, options, new RowFilter(options), known, monitor, Files.size(place.input()));
  }

  /** Opens the input at its start. */
  RowInput open(RowInput.BadLines badLines) throws IOException {
    int round = known.round();
    return RowInput.open(
        place.input(),
        options.isIdentity()
            ? (line, json) -> SourceRow.preferred(line, json, round)
            : (line, json) -> SourceRow.toCorrect(line, json, round),
        badLines);
  }

  void report(long line, @Nullable String problem) {
    monitor.report(place.input() + ":" + line + ": " + problem);
  }

  void tell(DatasetMonitor.Stage stage, RowInput input) {
    monitor.progress(stage, input.offset(), totalBytes, input.lineNumber());
  }

  /** Tells how far the run is, and asks whether it is to end here. */
  boolean stopsAt(DatasetMonitor.Stage stage, RowInput input) {
    tell(stage, input);
    return monitor.stopRequested();
  }
}

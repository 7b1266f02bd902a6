package dev.aligner.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.Aligner;
import dev.aligner.dataset.DatasetResult.End;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One run: reads the input, corrects, and writes the files. One object makes one run. Not
 * thread-safe.
 */
final class DatasetRun {

  private final RunContext context;
  private final @Nullable Aligner aligner;
  private final @Nullable ModelProvenance model;

  DatasetRun(RunContext context, @Nullable Aligner aligner, @Nullable ModelProvenance model) {
    this.context = context;
    this.aligner = aligner;
    this.model = model;
  }

  DatasetResult run(DatasetBuilder.Existing existing) throws IOException {
    checkFormat();
    checkRounds(context.known().round(), Place.provenance(context.place().input()).toString());
    try (Journal journal = Journal.open(context.place().journal())) {
      Optional<Scan> scan = scan();
      if (scan.isEmpty()) {
        return stopped(0, 0, Map.of());
      }
      checkRounds(scan.get().round(), context.place().input() + ":" + scan.get().roundLine());
      String fingerprint = aligner == null ? "" : aligner.fingerprint().orElse("");
      JsonNode settings = Provenance.settings(context.options(), model, fingerprint, scan.get());
      boolean anew = existing == DatasetBuilder.Existing.OVERWRITE;
      Optional<String> started = anew ? Optional.empty() : journal.resume(settings);
      if (started.isEmpty() && !anew && outputExists()) {
        return completeBefore(scan.get(), settings);
      }
      return make(
          scan.get(),
          journal,
          settings,
          started.isPresent() ? started.get() : journal.begin(settings));
    }
  }

  private void checkFormat() throws UnusableFileException {
    if (context.known().isPreference() && !context.options().isIdentity()) {
      throw new UnusableFileException(
          context.place().input(),
          "expected questions and answers, found a dataset of the format "
              + context.known().format()
              + "; take the one of the format qac of the same round");
    }
  }

  private void checkRounds(int round, String where) throws UnusableFileException {
    int next = round + 1;
    if (round > 0 && next > context.options().allowedRounds()) {
      throw new UnusableFileException(
          context.place().input(),
          "expected answers that no model has corrected, found text that went through "
              + round
              + (round == 1 ? " round" : " rounds")
              + " of correction ("
              + where
              + "); training on corrections of corrections amplifies what the aligner is wrong"
              + " about. Take the answers of the upstream model, or allow it by --allow-rounds "
              + next
              + " (allowedRounds("
              + next
              + ")) and watch the drift");
    }
  }

  private Optional<Scan> scan() throws IOException {
    if (context.options().deduplication() == Deduplication.NONE) {
      return Scan.of(context, null);
    }
    try (DuplicateFinder finder = new DuplicateFinder(context.place().digests())) {
      return Scan.of(context, finder);
    }
  }

  private boolean outputExists() {
    return context.place().files().values().stream().anyMatch(Files::exists);
  }

  /** Makes sure that what is there is what this run would make. */
  private DatasetResult completeBefore(Scan scan, JsonNode settings) throws IOException {
    Map<String, Long> outcomes = new TreeMap<>();
    for (Path file : context.place().files().values()) {
      JsonNode there = InputProvenance.read(Place.provenance(file)).orElse(null);
      long bytes = Files.exists(file) ? Files.size(file) : -1;
      if (there == null || there.path(Provenance.OUTPUT).path("bytes").asLong() != bytes) {
        throw new UnusableFileException(
            file,
            "expected no file, or one with its provenance beside it, found another; choose another"
                + " output, or overwrite it");
      }
      List<String> different = Journal.differences(there.path(Provenance.SETTINGS), settings);
      if (!different.isEmpty()) {
        throw new UnusableFileException(
            file,
            "expected a dataset of the same input and settings, found another "
                + String.join(", ", different)
                + "; choose another output, or overwrite it");
      }
      JsonNode counts = there.path("counts").path(Provenance.OUTCOMES);
      counts.properties().forEach(e -> outcomes.put(e.getKey(), e.getValue().asLong()));
    }
    return new DatasetResult(
        End.COMPLETE_BEFORE,
        Provenance.round(context.options(), scan),
        outcomes,
        scan.badLines(),
        Map.of(),
        Optional.empty());
  }

  private DatasetResult make(Scan scan, Journal journal, JsonNode settings, String started)
      throws IOException {
    Map<String, Long> outcomes = Map.of();
    if (aligner != null) {
      CorrectionStage stage = new CorrectionStage(context, scan, journal, aligner);
      boolean ended = stage.run();
      outcomes = stage.outcomes();
      if (!ended) {
        return stopped(Provenance.round(context.options(), scan), scan.badLines(), outcomes);
      }
    }
    try (Assembly assembly = new Assembly(context, scan, journal)) {
      if (!assembly.run()) {
        return stopped(Provenance.round(context.options(), scan), scan.badLines(), outcomes);
      }
      Optional<Drift> drift = aligner == null ? Optional.empty() : Optional.of(assembly.drift());
      String ended = Instant.now().toString();
      Provenance.Run run =
          new Provenance.Run(context, scan, settings, started, ended, outcomes, drift);
      DatasetResult result = publish(run, assembly);
      journal.delete();
      return result;
    }
  }

  /** A provenance without its file misleads nobody; a file without its provenance might. */
  private DatasetResult publish(Provenance.Run run, Assembly assembly) throws IOException {
    Map<DatasetFormat, DatasetResult.FileResult> files = new EnumMap<>(DatasetFormat.class);
    List<DatasetFile> finished = new ArrayList<>();
    for (Map.Entry<DatasetFormat, Assembly.Made> entry : assembly.made().entrySet()) {
      Assembly.Made made = entry.getValue();
      String sha256 = made.file.finish();
      Path provenance = Place.provenance(made.file.file());
      try (DatasetFile side = DatasetFile.create(provenance)) {
        side.writeLine(Provenance.text(run, entry.getKey(), made, sha256));
        side.finish();
        side.publish();
      }
      finished.add(made.file);
      files.put(
          entry.getKey(),
          new DatasetResult.FileResult(
              made.file.file(), provenance, made.file.lines(), made.dropped));
    }
    if (assembly.rejects().isPresent()) {
      assembly.rejects().get().finish();
      finished.add(assembly.rejects().get());
    }
    for (DatasetFile file : finished) {
      file.publish();
    }
    return new DatasetResult(
        End.COMPLETE,
        Provenance.round(context.options(), run.scan()),
        run.outcomes(),
        run.scan().badLines(),
        files,
        run.drift());
  }

  private static DatasetResult stopped(int round, long badLines, Map<String, Long> outcomes) {
    return new DatasetResult(End.STOPPED, round, outcomes, badLines, Map.of(), Optional.empty());
  }
}

package dev.aligner.audit;

import dev.aligner.audit.AuditRecord.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;

/** Puts the segments of streams together. Not thread-safe. */
final class AuditedAnswers {

  private final List<AuditRecord> whole = new ArrayList<>();
  private final Map<String, List<AuditRecord>> streams = new LinkedHashMap<>();
  private long unreadable;

  void addLine(String line) {
    if (line.isBlank()) {
      return;
    }
    AuditRecord record;
    try {
      record = AuditJson.parse(line);
    } catch (IllegalArgumentException e) {
      unreadable++;
      return;
    }
    if (record.segment().isEmpty()) {
      whole.add(record);
    } else {
      streams
          .computeIfAbsent(record.run() + " " + record.id(), key -> new ArrayList<>())
          .add(record);
    }
  }

  void forEach(Consumer<AuditRecord> action) {
    whole.forEach(action);
    streams.values().forEach(segments -> action.accept(together(segments)));
  }

  long unreadable() {
    return unreadable;
  }

  /** An answer was corrected if a segment was, else it failed if one did, and so on. */
  private static AuditRecord together(List<AuditRecord> segments) {
    AuditRecord last = segments.get(segments.size() - 1);
    Outcome outcome = Outcome.SKIPPED;
    for (Outcome candidate : List.of(Outcome.KEPT, Outcome.FAILED, Outcome.CORRECTED)) {
      if (segments.stream().anyMatch(segment -> segment.outcome() == candidate)) {
        outcome = candidate;
      }
    }
    Outcome of = outcome;
    return new AuditRecord(
        last.time(),
        last.run(),
        last.id(),
        last.segment(),
        last.arm(),
        outcome,
        segments.stream().filter(s -> s.outcome() == of).findFirst().flatMap(AuditRecord::reason),
        outcome != Outcome.CORRECTED,
        new AuditRecord.Texts(
            last.texts().query(),
            joined(segments, segment -> segment.texts().original()),
            joined(segments, AuditedAnswers::shown)),
        meanEditRatio(segments),
        segments.stream()
            .map(AuditRecord::upstreamTime)
            .flatMap(Optional::stream)
            .reduce((a, b) -> b),
        segments.stream().map(AuditRecord::correctionTime).reduce(Duration.ZERO, Duration::plus),
        Optional.empty(),
        last.model());
  }

  private static Optional<String> shown(AuditRecord segment) {
    return segment.shownOriginal() ? segment.texts().original() : segment.texts().corrected();
  }

  private static Optional<String> joined(
      List<AuditRecord> segments, Function<AuditRecord, Optional<String>> text) {
    List<String> texts = segments.stream().map(text).flatMap(Optional::stream).toList();
    return texts.size() == segments.size()
        ? Optional.of(String.join(" ", texts))
        : Optional.empty();
  }

  private static OptionalDouble meanEditRatio(List<AuditRecord> segments) {
    return segments.stream()
        .filter(segment -> segment.editRatio().isPresent())
        .mapToDouble(segment -> segment.editRatio().getAsDouble())
        .average();
  }
}

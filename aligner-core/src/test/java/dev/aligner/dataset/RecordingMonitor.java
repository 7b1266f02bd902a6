package dev.aligner.dataset;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A monitor that keeps what it hears, and asks to stop after some calls of a stage. */
final class RecordingMonitor implements DatasetMonitor {

  final List<String> reports = new ArrayList<>();
  final Map<Stage, List<Long>> bytes = new EnumMap<>(Stage.class);
  private final Stage stage;
  private final int calls;

  RecordingMonitor() {
    this(Stage.WRITING, Integer.MAX_VALUE);
  }

  RecordingMonitor(Stage stage, int calls) {
    this.stage = stage;
    this.calls = calls;
  }

  @Override
  public void report(String message) {
    reports.add(message);
  }

  @Override
  public void progress(Stage now, long done, long totalBytes, long lines) {
    bytes.computeIfAbsent(now, any -> new ArrayList<>()).add(done);
  }

  @Override
  public boolean stopRequested() {
    return bytes.getOrDefault(stage, List.of()).size() > calls;
  }
}

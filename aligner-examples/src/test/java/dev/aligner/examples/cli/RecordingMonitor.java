package dev.aligner.examples.cli;

import java.util.ArrayList;
import java.util.List;

/** A monitor that keeps what it hears and asks to stop after some chunks. */
final class RecordingMonitor implements BulkCorrection.Monitor {

  final List<String> reports = new ArrayList<>();
  final List<Long> bytes = new ArrayList<>();
  private final int chunks;

  RecordingMonitor() {
    this(Integer.MAX_VALUE);
  }

  RecordingMonitor(int chunks) {
    this.chunks = chunks;
  }

  @Override
  public void report(String message) {
    reports.add(message);
  }

  @Override
  public void progress(long done, Tally tally) {
    bytes.add(done);
  }

  @Override
  public boolean stopRequested() {
    return bytes.size() > chunks; // The first call comes before the first chunk.
  }
}

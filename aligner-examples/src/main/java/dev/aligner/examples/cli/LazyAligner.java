package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An aligner that is opened when something is to be corrected, and not before. Not thread-safe. */
final class LazyAligner implements Aligner {

  private final Supplier<Aligner> opener;
  private @Nullable Aligner opened;

  LazyAligner(Supplier<Aligner> opener) {
    this.opener = opener;
  }

  private Aligner aligner() {
    if (opened == null) {
      opened = opener.get();
    }
    return opened;
  }

  @Override
  public Correction correct(CorrectionRequest request) {
    return aligner().correct(request);
  }

  @Override
  public List<Correction> correctAll(List<CorrectionRequest> requests) {
    return aligner().correctAll(requests);
  }

  /** Returns the fingerprint of the aligner, empty as long as none was opened. */
  @Override
  public Optional<String> fingerprint() {
    return opened == null ? Optional.empty() : opened.fingerprint();
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
  }
}

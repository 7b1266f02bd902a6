package dev.aligner.benchmarks;

/** A peer ended, or said what the protocol does not know. */
final class PeerFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PeerFailedException(String message) {
    super(message);
  }
}

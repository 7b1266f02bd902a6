package dev.aligner;

/** The call was ended by its {@link CancellationToken}. The engine stays usable. */
public class CancelledException extends AlignerException {

  private static final long serialVersionUID = 1;

  /** Makes an exception. */
  public CancelledException() {
    super("the call was cancelled by its token", null);
  }
}

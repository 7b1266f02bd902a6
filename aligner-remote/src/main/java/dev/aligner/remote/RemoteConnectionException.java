package dev.aligner.remote;

import dev.aligner.InferenceException;
import org.jspecify.annotations.Nullable;

/**
 * The server cannot be reached, the connection broke before the answer was whole, or the server was
 * silent for longer than {@link RemoteAlignerBuilder#readTimeout}.
 */
public class RemoteConnectionException extends InferenceException {

  private static final long serialVersionUID = 1;

  private final String host;

  /**
   * Makes an exception.
   *
   * @param host the server, with its port
   * @param problem what was found, and what to do
   * @param cause what was thrown below, if it holds nothing that the server wrote
   */
  public RemoteConnectionException(String host, String problem, @Nullable Throwable cause) {
    super(host + ": " + problem, cause);
    this.host = host;
  }

  /**
   * Returns the server.
   *
   * @return the host, with its port
   */
  public String host() {
    return host;
  }
}

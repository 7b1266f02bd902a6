package dev.aligner.remote;

import dev.aligner.InferenceException;

/**
 * The server refused the call with an HTTP status, or failed in the middle of a stream. The message
 * tells status, host and what to do; never what the server said, since servers quote prompts.
 */
public class RemoteStatusException extends InferenceException {

  private static final long serialVersionUID = 1;

  private final String host;
  private final int status;

  /**
   * Makes an exception.
   *
   * @param host the server, with its port
   * @param status the HTTP status
   * @param fix what to do about it
   */
  public RemoteStatusException(String host, int status, String fix) {
    super(host + ": expected status 200; found " + status + ". Fix: " + fix, null);
    this.host = host;
    this.status = status;
  }

  /**
   * Returns the server.
   *
   * @return the host, with its port
   */
  public String host() {
    return host;
  }

  /**
   * Returns the HTTP status.
   *
   * @return the status; that of the error where a stream failed after it had begun with 200
   */
  public int status() {
    return status;
  }
}

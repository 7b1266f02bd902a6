package dev.aligner.remote;

import dev.aligner.OverloadedException;

/**
 * The server takes no call for now (status 429 or 503), also not when it was tried again. Its
 * {@link #capacity()} is 0: a server does not tell how many calls may wait.
 */
public class RemoteOverloadedException extends OverloadedException {

  private static final long serialVersionUID = 1;

  private final String host;
  private final int status;

  /**
   * Makes an exception.
   *
   * @param host the server, with its port
   * @param status the HTTP status, 429 or 503
   */
  public RemoteOverloadedException(String host, int status) {
    super(
        0,
        host
            + ": expected status 200; found "
            + status
            + ", the server takes no more calls for now. Fix: call again later, send fewer at once"
            + " by maxConcurrentCalls(...), or add servers");
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
   * @return 429 or 503
   */
  public int status() {
    return status;
  }
}

package dev.aligner.remote;

import dev.aligner.InferenceException;

/**
 * The server's answer is not one of the completions protocol: malformed JSON, a stream that ends
 * too early, a body that is too large. The message tells where, never what stands there.
 */
public class RemoteProtocolException extends InferenceException {

  private static final long serialVersionUID = 1;

  private final String host;

  /**
   * Makes an exception.
   *
   * @param host the server, with its port
   * @param expected what the protocol wants
   * @param found what came instead
   * @param fix what to do about it
   */
  public RemoteProtocolException(String host, String expected, String found, String fix) {
    super(host + ": expected " + expected + "; found " + found + ". Fix: " + fix, null);
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

package dev.aligner.remote.internal;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where completions are asked for.
 *
 * @param completions the whole address
 * @param host the server, with its port, as messages name it
 */
public record Endpoint(URI completions, String host) {

  /**
   * Makes the endpoint of a server.
   *
   * @param base the server's address, with or without {@code /v1} in the end
   * @return the endpoint
   * @throws IllegalArgumentException if it is not an address of a server; the message never holds
   *     what may be a password
   */
  public static Endpoint of(URI base) {
    String scheme = base.getScheme();
    if (!("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
      throw wrong("found the scheme " + scheme);
    }
    if (base.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "expected a server's address without a user; found one with a user. Fix: give the key by"
              + " apiKey(...)");
    }
    if (base.getHost() == null) {
      throw wrong("found one without a host name, or with one that DNS does not allow");
    }
    if (base.getRawQuery() != null || base.getRawFragment() != null) {
      throw wrong("found one with a query or a fragment");
    }
    String host = base.getHost() + (base.getPort() < 0 ? "" : ":" + base.getPort());
    String path = base.getRawPath() == null ? "" : base.getRawPath().replaceFirst("/+$", "");
    String version = path.endsWith("/v1") ? "" : "/v1";
    try {
      return new Endpoint(
          new URI(scheme + "://" + base.getRawAuthority() + path + version + "/completions"), host);
    } catch (URISyntaxException e) {
      throw wrong("found one that is no URI with /v1/completions in the end");
    }
  }

  private static IllegalArgumentException wrong(String found) {
    return new IllegalArgumentException(
        "expected a server's address such as http://127.0.0.1:8000 or https://host/v1; " + found);
  }

  boolean isEncrypted() {
    return "https".equalsIgnoreCase(completions.getScheme());
  }
}

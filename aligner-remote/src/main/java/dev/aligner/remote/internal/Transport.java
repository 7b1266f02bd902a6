package dev.aligner.remote.internal;

import dev.aligner.remote.RemoteConnectionException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests and waits for the heads of their answers. Thread-safe.
 *
 * @param client sends
 * @param endpoint where to
 * @param apiKey the key, asked for before each attempt; or null for none
 * @param silence how long the server may be silent
 * @param maxResponseBytes how large a body may be
 */
public record Transport(
    HttpClient client,
    Endpoint endpoint,
    @Nullable Supplier<String> apiKey,
    Duration silence,
    long maxResponseBytes) {

  /**
   * Makes a client of our own. Servers of models speak HTTP/1.1, and some complain when an
   * unencrypted connection offers more; no redirect is followed, which would take the key along.
   */
  public static HttpClient newClient(Endpoint endpoint, Duration connectTimeout) {
    return HttpClient.newBuilder()
        .connectTimeout(connectTimeout)
        .followRedirects(HttpClient.Redirect.NEVER)
        .version(endpoint.isEncrypted() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
        .build();
  }

  /**
   * Sends a request and waits for the head of the answer.
   *
   * @param body the request
   * @param accept the kind of answer that is asked for
   * @param call the call this is part of
   * @return the answer, whatever its status; to be closed
   * @throws RetriableFailure if there is no connection, or it broke
   * @throws RemoteConnectionException if the server is silent for too long
   */
  Reply send(byte[] body, String accept, Call call) throws RetriableFailure {
    ResponseBody responseBody = new ResponseBody();
    CompletableFuture<HttpResponse<ResponseBody>> future =
        client.sendAsync(request(body, accept), info -> responseBody);
    boolean received = false;
    try {
      HttpResponse<ResponseBody> response = call.await(future, Call.saturatedNanos(silence));
      received = true;
      return new Reply(call, endpoint, response, Call.saturatedNanos(silence), maxResponseBytes);
    } catch (TimeoutException e) {
      throw Reply.silent(endpoint, Call.saturatedNanos(silence));
    } catch (ExecutionException e) {
      call.check();
      if (e.getCause() instanceof IOException failure) {
        throw Reply.broken(endpoint, failure);
      }
      throw unexpected(e.getCause());
    } finally {
      if (!received) {
        future.cancel(true);
        responseBody.close();
      }
    }
  }

  private RuntimeException unexpected(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return new RemoteConnectionException(
        endpoint.host(),
        "expected an HTTP client that sends; found "
            + (cause == null ? "no reason" : cause.getClass().getName())
            + ". Fix: see to the client given by httpClient(...)",
        null);
  }

  private HttpRequest request(byte[] body, String accept) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint.completions())
            .header("Content-Type", "application/json")
            .header("Accept", accept)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (apiKey != null) {
      request.header("Authorization", "Bearer " + checkedKey(apiKey.get()));
    }
    return request.build();
  }

  /** The JDK's own check would put the key into its message. */
  private static String checkedKey(@Nullable String key) {
    if (key == null || key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new IllegalStateException(
          "expected the supplier given by apiKey(...) to return a key of visible ASCII characters;"
              + " found "
              + (key == null || key.isEmpty() ? "none" : "one with other characters")
              + ". Fix: see that the key is set, and strip line ends from it");
    }
    return key;
  }

  /** Tells where this sends to, never the key. */
  @Override
  public String toString() {
    return "Transport[" + endpoint.host() + "]";
  }
}

package dev.aligner.remote.internal;

import dev.aligner.remote.RemoteConnectionException;
import dev.aligner.remote.RemoteProtocolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a server answers to one attempt. It belongs to the thread of its call. */
final class Reply implements AutoCloseable {

  /** How long a stream may take to end after its last event; then its connection is closed. */
  private static final long NANOS_TO_END = TimeUnit.MILLISECONDS.toNanos(200);

  private final Call call;
  private final Endpoint endpoint;
  private final HttpResponse<ResponseBody> response;
  private final Call.Stop stop;
  private final long silenceNanos;
  private final long maxBytes;
  private long read;

  Reply(
      Call call,
      Endpoint endpoint,
      HttpResponse<ResponseBody> response,
      long silenceNanos,
      long maxBytes) {
    this.call = call;
    this.endpoint = endpoint;
    this.response = response;
    this.silenceNanos = silenceNanos;
    this.maxBytes = maxBytes;
    this.stop = call.onEnd(response.body()::close);
  }

  int status() {
    return response.statusCode();
  }

  HttpHeaders headers() {
    return response.headers();
  }

  boolean isEventStream() {
    return headers()
        .firstValue("Content-Type")
        .map(type -> type.strip().toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
        .orElse(false);
  }

  /**
   * Waits for the next bytes of the body.
   *
   * @return the bytes, or null where the body is whole
   * @throws RetriableFailure if the connection broke
   * @throws RemoteConnectionException if the server is silent for too long
   * @throws RemoteProtocolException if the body is larger than it may be
   */
  @Nullable List<ByteBuffer> next() throws RetriableFailure {
    List<ByteBuffer> bytes;
    try {
      bytes = response.body().next(Math.min(silenceNanos, call.nanosLeft()));
    } catch (TimeoutException e) {
      call.check();
      throw silent(endpoint, silenceNanos);
    } catch (IOException e) {
      call.check();
      throw broken(endpoint, e);
    }
    call.check();
    if (bytes != null) {
      read += bytes.stream().mapToInt(ByteBuffer::remaining).sum();
      if (read > maxBytes) {
        throw new RemoteProtocolException(
            endpoint.host(),
            "a body of at most " + maxBytes + " bytes",
            "more",
            "ask the server for fewer tokens by maxTokens(...), or raise maxResponseBytes(...)");
      }
    }
    return bytes;
  }

  /** Reads the whole body. */
  byte[] all() throws RetriableFailure {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (List<ByteBuffer> bytes = next(); bytes != null; bytes = next()) {
      bytes.forEach(buffer -> write(buffer, all));
    }
    return all.toByteArray();
  }

  /** Reads what a server says about an error, as far as it is worth reading. */
  byte[] beginning(int most) throws RetriableFailure {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<ByteBuffer> bytes = next();
    while (bytes != null && all.size() <= most) {
      bytes.forEach(buffer -> write(buffer, all));
      bytes = next();
    }
    return all.toByteArray();
  }

  /**
   * Lets a stream end whose last event has come, so that its connection can be used again. Whatever
   * happens then is of no concern.
   */
  void drain() {
    try {
      long until = System.nanoTime() + NANOS_TO_END;
      List<ByteBuffer> bytes = List.of();
      while (bytes != null && read <= maxBytes) {
        bytes = response.body().next(Math.min(until - System.nanoTime(), call.nanosLeft()));
        read += bytes == null ? 0 : bytes.stream().mapToInt(ByteBuffer::remaining).sum();
      }
    } catch (TimeoutException | IOException e) {
      return;
    }
  }

  private static void write(ByteBuffer buffer, ByteArrayOutputStream out) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    out.writeBytes(bytes);
  }

  @Override
  public void close() {
    stop.close();
    response.body().close();
  }

  static RemoteConnectionException silent(Endpoint endpoint, long silenceNanos) {
    return new RemoteConnectionException(
        endpoint.host(),
        "expected an answer, or more of it, within "
            + TimeUnit.NANOSECONDS.toMillis(silenceNanos)
            + " ms; found silence. Fix: look at the server's load, or wait longer by"
            + " readTimeout(...)",
        null);
  }

  /** A connection that broke; another attempt may have a better one. */
  static RetriableFailure broken(Endpoint endpoint, Throwable cause) {
    return new RetriableFailure(
        new RemoteConnectionException(
            endpoint.host(),
            "expected a connection that lasts until the answer is whole; found "
                + cause.getClass().getSimpleName()
                + ". Fix: see that the server runs and is reached at that host and port",
            quotesTheServer(cause) ? null : cause),
        Optional.empty());
  }

  /** The JDK's client quotes the head of an answer that is not HTTP. */
  private static boolean quotesTheServer(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ProtocolException) {
        return true;
      }
    }
    return false;
  }
}

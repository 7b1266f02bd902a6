package dev.aligner.remote.internal;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A body that is read while it comes, by one thread, which waits no longer than it wants to. It
 * asks the connection for the next part only when the last one is taken, so a server that writes
 * faster than a listener reads is held back. {@link #close} from any thread ends the waiting and,
 * where the body is not whole, the connection.
 */
final class ResponseBody implements HttpResponse.BodySubscriber<ResponseBody>, AutoCloseable {

  private final LinkedBlockingQueue<Part> parts = new LinkedBlockingQueue<>();
  private Flow.@Nullable Subscription subscription;
  private boolean closed;
  private boolean complete;
  private boolean ended;

  /** Some bytes, or the end, or a failure. */
  private record Part(@Nullable List<ByteBuffer> bytes, @Nullable Throwable failure) {}

  @Override
  public CompletionStage<ResponseBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    boolean cancelled;
    synchronized (this) {
      cancelled = closed || subscription != null;
      if (!cancelled) {
        subscription = given;
      }
    }
    if (cancelled) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    parts.add(new Part(List.copyOf(bytes), null));
  }

  @Override
  public void onError(Throwable failure) {
    end(failure);
  }

  @Override
  public void onComplete() {
    end(null);
  }

  private void end(@Nullable Throwable failure) {
    synchronized (this) {
      complete = true;
    }
    parts.add(new Part(null, failure));
  }

  /**
   * Waits for the next part.
   *
   * @param nanos how long to wait
   * @return the part, or null where the body is whole or was closed
   * @throws TimeoutException if none came in that time
   * @throws IOException if the connection broke
   */
  @Nullable List<ByteBuffer> next(long nanos) throws IOException, TimeoutException {
    if (ended) {
      return null;
    }
    Part part = poll(nanos);
    if (part == null) {
      throw new TimeoutException();
    }
    if (part.failure() != null) {
      ended = true;
      throw part.failure() instanceof IOException e ? e : new IOException(part.failure());
    }
    if (part.bytes() == null) {
      ended = true;
      return null;
    }
    requestNext();
    return part.bytes();
  }

  private @Nullable Part poll(long nanos) {
    long until = System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 2);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return parts.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void requestNext() {
    Flow.Subscription current;
    synchronized (this) {
      current = closed ? null : subscription;
    }
    if (current != null) {
      current.request(1);
    }
  }

  /** Ends the waiting; of a body that is not whole the connection is closed. */
  @Override
  public void close() {
    Flow.Subscription current;
    synchronized (this) {
      closed = true;
      current = complete ? null : subscription;
    }
    if (current != null) {
      current.cancel();
    }
    parts.add(new Part(null, null));
  }
}

package dev.aligner.remote.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server on loopback that does with each connection what a test says, byte by byte: what no HTTP
 * server would do by itself. It reads a request as far as its first part and does not parse it.
 */
public final class RawServer implements AutoCloseable {

  /** What is done with a connection; it is closed afterwards. */
  public interface Behaviour {
    /** Does it; the request has begun to come. */
    void serve(Socket socket) throws Exception;
  }

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private RawServer(Behaviour behaviour) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(() -> accept(behaviour));
  }

  /** Starts a server. */
  public static RawServer start(Behaviour behaviour) {
    try {
      return new RawServer(behaviour);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server that answers with these bytes, stops sending, and waits for the other side. */
  public static RawServer answering(String bytes) {
    return start(
        socket -> {
          socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
          socket.getOutputStream().flush();
          socket.shutdownOutput();
          waitForClose(socket);
        });
  }

  /** Waits until the other side closes the connection. */
  public static void waitForClose(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      byte[] bytes = new byte[8192];
      while (in.read(bytes) >= 0) {
        // The rest of a request.
      }
    } catch (IOException e) {
      return;
    }
  }

  /** Returns the address. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Returns how many connections were made. */
  public int connections() {
    return sockets.size();
  }

  private void accept(Behaviour behaviour) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        threads.execute(
            () -> {
              try (socket) {
                if (socket.getInputStream().read(new byte[8192]) > 0) {
                  behaviour.serve(socket);
                }
              } catch (Exception e) {
                return;
              }
            });
      } catch (IOException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}

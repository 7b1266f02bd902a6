package dev.aligner.remote.testing;

import java.io.IOException;

/** A {@link CompletionsServer} in a process of its own, which ends when its input does. */
public final class CompletionsServerMain {

  private CompletionsServerMain() {}

  /**
   * Prints the address, and serves.
   *
   * @param args what the model writes
   */
  public static void main(String[] args) throws IOException {
    try (CompletionsServer server = CompletionsServer.writing(args[0])) {
      System.out.println(server.uri());
      while (System.in.read() >= 0) {
        // Until the other process closes it.
      }
    }
  }
}

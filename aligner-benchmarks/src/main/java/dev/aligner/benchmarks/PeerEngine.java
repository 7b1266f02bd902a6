package dev.aligner.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Another library in a process of its own, which reads a request a line and writes an answer a
 * line. It takes the time itself, so that neither JSON nor the pipe counts against it. Not
 * thread-safe.
 */
final class PeerEngine implements Engine {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;

  private PeerEngine(String name, Process process) {
    this.name = name;
    this.process = process;
    this.requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts a peer and waits until it has loaded its model.
   *
   * @param command the program and its arguments, between blanks
   * @param log where its standard error goes
   */
  static PeerEngine start(String name, String command, Path log) {
    try {
      Process process =
          new ProcessBuilder(List.of(command.trim().split("\\s+")))
              .redirectError(log.toFile())
              .start();
      PeerEngine peer = new PeerEngine(name, process);
      System.out.println(name + ": " + peer.read().path("ready").asText());
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer answer(Input input) {
    ObjectNode request = JSON.createObjectNode();
    IntStream.of(input.prompt()).forEach(request.putArray("input_ids")::add);
    request.put("max_new_tokens", input.maxNewTokens());
    try {
      requests.write(JSON.writeValueAsString(request) + "\n");
      requests.flush();
      JsonNode answer = read();
      int[] ids =
          StreamSupport.stream(answer.path("ids").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      return Answer.ofPeer(ids, answer.path("ms").asDouble());
    } catch (IOException e) {
      throw new PeerFailedException(name + " ended: " + e.getMessage());
    }
  }

  /** Reads the next line that is a JSON object: libraries also print what they please. */
  private JsonNode read() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith("{")) {
        return JSON.readTree(line);
      }
    }
    throw new PeerFailedException(name + " ended; its log tells why");
  }

  @Override
  public void close() {
    process.destroy();
  }
}

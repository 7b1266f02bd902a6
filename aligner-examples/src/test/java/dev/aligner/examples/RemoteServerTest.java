package dev.aligner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.aligner.Aligner;
import dev.aligner.onnx.HfPromptEncoder;
import dev.aligner.remote.RemoteStatusException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteServerTest {

  private static final Path TOKENIZER =
      Path.of("..", "models", "detox", "src", "main", "resources", "META-INF", "aligner", "detox")
          .resolve("tokenizer.json");

  private final List<JsonNode> received = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext("/v1/completions", this::complete);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void complete(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = new ObjectMapper().readTree(exchange.getRequestBody());
      received.add(request);
      boolean known = request.path("model").asText().equals("aligner-7b");
      byte[] answer =
          "{\"choices\":[{\"text\":\" It scatters.\",\"finish_reason\":\"stop\"}]}"
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(known ? 200 : 404, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private void main(String model) {
    RemoteServer.main(new String[] {address().toString(), model, TOKENIZER.toString()});
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Test
  void main_server_printsWhatItsModelWrites() {
    assertThat(StandardOutput.of(() -> main("aligner-7b")))
        .isEqualToIgnoringNewLines("It scatters.");
    assertThat(received.get(0).path("prompt").isArray()).isTrue();
    assertThat(received.get(0).path("prompt").size()).isGreaterThan(20);
  }

  @Test
  void main_modelIsNotThere_printsWhatTheWrappedClientAnswered() {
    String original = new WrapAnyFunction.GrumpyModel().chat("Why is the sky blue?");

    assertThat(StandardOutput.of(() -> main("aligner-13b"))).isEqualToIgnoringNewLines(original);
  }

  @Test
  void correct_modelIsNotThere_tellsTheFix() {
    try (HfPromptEncoder encoder = HfPromptEncoder.open(TOKENIZER);
        Aligner aligner = RemoteServer.open(address(), "aligner-13b", encoder)) {
      assertThatExceptionOfType(RemoteStatusException.class)
          .isThrownBy(() -> aligner.correct("Why is the sky blue?", "It just is."))
          .withMessageContaining("the model's name");
    }
  }
}

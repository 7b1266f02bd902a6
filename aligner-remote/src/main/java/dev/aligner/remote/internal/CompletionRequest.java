package dev.aligner.remote.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is asked of the server with every prompt.
 *
 * @param model the name under which the server knows the model
 * @param maxTokens the longest output
 * @param temperature 0 for the likeliest token each time
 * @param seed the seed of sampling, if any
 * @param stop strings that end an output
 */
public record CompletionRequest(
    String model, int maxTokens, double temperature, OptionalLong seed, List<String> stop) {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

  /** Copies. */
  public CompletionRequest {
    stop = List.copyOf(stop);
  }

  /** Writes the request for a prompt of token ids. */
  byte[] json(int[] prompt, boolean stream) {
    return json(generator -> generator.writeArray(prompt, 0, prompt.length), stream);
  }

  /** Writes the request for a prompt of text; what is no character in it becomes U+FFFD. */
  byte[] json(String prompt, boolean stream) {
    return json(generator -> writeText(generator, prompt), stream);
  }

  private byte[] json(PromptWriter prompt, boolean stream) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      generator.writeStartObject();
      generator.writeFieldName("model");
      writeText(generator, model);
      generator.writeFieldName("prompt");
      prompt.write(generator);
      generator.writeNumberField("max_tokens", maxTokens);
      generator.writeNumberField("temperature", temperature);
      if (seed.isPresent()) {
        generator.writeNumberField("seed", seed.getAsLong());
      }
      if (!stop.isEmpty()) {
        generator.writeArrayFieldStart("stop");
        for (String string : stop) {
          writeText(generator, string);
        }
        generator.writeEndArray();
      }
      generator.writeBooleanField("stream", stream);
      if (stream) {
        generator.writeObjectFieldStart("stream_options");
        generator.writeBooleanField("include_usage", true);
        generator.writeEndObject();
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeText(JsonGenerator generator, String text) throws IOException {
    byte[] utf8 = utf8(text);
    generator.writeUTF8String(utf8, 0, utf8.length);
  }

  private static byte[] utf8(String text) throws CharacterCodingException {
    ByteBuffer bytes =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .replaceWith(REPLACEMENT)
            .encode(CharBuffer.wrap(text));
    byte[] utf8 = new byte[bytes.remaining()];
    bytes.get(utf8);
    return utf8;
  }

  /** Writes the value of the prompt. */
  private interface PromptWriter {
    void write(JsonGenerator generator) throws IOException;
  }
}

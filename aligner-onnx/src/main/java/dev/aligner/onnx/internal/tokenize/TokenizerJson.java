package dev.aligner.onnx.internal.tokenize;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aligner.ModelLoadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file tokenizer.json in two versions, both without the truncation and padding that may be
 * stored in it: as it is, and one in which control tokens have no spelling, so that no text can
 * produce them. In the second, control tokens are gone from {@code added_tokens} and their entries
 * in the vocabulary, which keep their places, are renamed to noncharacters.
 *
 * <p>The file is copied as a stream: vocabularies may have a quarter of a million entries.
 */
final class TokenizerJson {

  private static final JsonFactory JSON = new ObjectMapper().getFactory();

  /** Eight times what the largest vocabularies take. */
  private static final long MAX_BYTES = 256L << 20;

  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

  /** A Unicode noncharacter, which {@link HfTokenizer} takes out of every text. */
  static final char NONCHARACTER = '\uFFFF';

  private final Path file;
  private final Set<Integer> extraControlIds;
  private final Map<String, Integer> controlTokens = new HashMap<>();
  private final BitSet byteTokens = new BitSet();
  private int maxId = -1;
  private int unknownId = -1;
  private String unknownToken = "";

  private TokenizerJson(Path file, Set<Integer> extraControlIds) {
    this.file = file;
    this.extraControlIds = extraControlIds;
  }

  /**
   * Reads a tokenizer's file.
   *
   * @param file tokenizer.json
   * @param controlIds ids that are control tokens whether or not the file says so
   * @throws ModelLoadException if the file is not one
   */
  static TokenizerJson read(Path file, Set<Integer> controlIds) {
    TokenizerJson json = new TokenizerJson(file, controlIds);
    try (JsonParser first = JSON.createParser(file.toFile());
        JsonParser second = JSON.createParser(file.toFile())) {
      if (Files.size(file) > MAX_BYTES) {
        throw json.unreadable("one of " + Files.size(file) + " bytes", null);
      }
      NativeJson.check(first)
          .ifPresent(
              found -> {
                throw json.unreadable(found, null);
              });
      json.scan(second);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw json.unreadable(
          "text that is not JSON" + (at == null ? "" : " at line " + at.getLineNr()), e);
    } catch (IOException e) {
      throw json.unreadable(Files.exists(file) ? "one that cannot be read" : "no such file", e);
    }
    if (json.maxId < 0) {
      throw json.unreadable("no model.vocab", null);
    }
    return json;
  }

  /** Returns spelling and id of all control tokens, the unknown token among them. */
  Map<String, Integer> controlTokens() {
    return controlTokens;
  }

  /** Returns the ids that no text may produce: control tokens, but not the unknown token. */
  Set<Integer> forbiddenIds() {
    Set<Integer> ids = new HashSet<>(controlTokens.values());
    ids.remove(unknownId);
    ids.remove(controlTokens.get(unknownToken));
    return ids;
  }

  /**
   * Returns the ids of tokens that stand for one byte each, spelled {@code <0x00>} to {@code
   * <0xFF>}.
   */
  BitSet byteTokens() {
    return byteTokens;
  }

  /** Returns the highest id of the vocabulary, added tokens not counted. */
  int maxId() {
    return maxId;
  }

  /** Returns the file without truncation and padding. */
  byte[] original() {
    return copy(/* withControlTokens= */ true);
  }

  /** Returns the file without truncation, padding and any spelling of a control token. */
  byte[] withoutControlTokens() {
    return copy(/* withControlTokens= */ false);
  }

  private void scan(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw unreadable("JSON of another kind", null);
    }
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (field.equals("added_tokens") && value == JsonToken.START_ARRAY) {
        scanAddedTokens(parser.readValueAsTree());
      } else if (field.equals("model") && value == JsonToken.START_OBJECT) {
        scanModel(parser);
      } else if (field.equals("post_processor") && value == JsonToken.START_OBJECT) {
        scanPostProcessor(parser.readValueAsTree());
      } else {
        parser.skipChildren();
      }
    }
  }

  private void scanPostProcessor(JsonNode postProcessor) {
    NativeJson.undefinedToken(postProcessor)
        .ifPresent(
            token -> {
              throw unreadable("a template with " + token + ", which it does not define", null);
            });
  }

  private void scanAddedTokens(ArrayNode tokens) {
    for (JsonNode token : tokens) {
      int id = token.path("id").asInt(-1);
      if (token.path("special").asBoolean() || extraControlIds.contains(id)) {
        controlTokens.put(token.path("content").asText(), id);
      }
    }
  }

  private void scanModel(JsonParser parser) throws IOException {
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (field.equals("vocab")) {
        scanVocab(parser);
      } else if (field.equals("unk_token") && value == JsonToken.VALUE_STRING) {
        unknownToken = parser.getText();
      } else if (field.equals("unk_id") && value == JsonToken.VALUE_NUMBER_INT) {
        unknownId = parser.getIntValue();
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Reads {@code {"piece": id, ...}} or, in a Unigram model, {@code [["piece", score], ...]}. */
  private void scanVocab(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      for (String piece = parser.nextFieldName(); piece != null; piece = parser.nextFieldName()) {
        scanPiece(piece, parser.nextIntValue(-1));
      }
    } else {
      for (int id = 0; parser.nextToken() == JsonToken.START_ARRAY; id++) {
        String piece = parser.nextTextValue();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          parser.skipChildren();
        }
        scanPiece(piece, id);
      }
    }
  }

  private void scanPiece(@Nullable String piece, int id) {
    maxId = Math.max(maxId, id);
    if (piece != null && id >= 0 && BYTE.matcher(piece).matches()) {
      byteTokens.set(id);
    }
  }

  private byte[] copy(boolean withControlTokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonParser from = JSON.createParser(file.toFile());
        JsonGenerator to = JSON.createGenerator(bytes)) {
      from.nextToken();
      to.writeStartObject();
      for (String field = from.nextFieldName(); field != null; field = from.nextFieldName()) {
        JsonToken value = from.nextToken();
        to.writeFieldName(field);
        if (field.equals("truncation") || field.equals("padding")) {
          from.skipChildren();
          to.writeNull();
        } else if (field.equals("added_tokens") && !withControlTokens) {
          ArrayNode tokens = from.readValueAsTree();
          tokens.forEach(this::checkAddedToken);
          removeControlTokens(tokens);
          to.writeTree(tokens);
        } else if (field.equals("model") && value == JsonToken.START_OBJECT && !withControlTokens) {
          copyModel(from, to);
        } else {
          to.copyCurrentStructure(from);
        }
      }
      to.writeEndObject();
    } catch (IOException e) {
      throw unreadable("one that changed while it was read", e);
    }
    return bytes.toByteArray();
  }

  private void checkAddedToken(JsonNode token) {
    if (!token.path("content").isTextual()) {
      throw unreadable("an added token without content", null);
    }
  }

  private void removeControlTokens(ArrayNode tokens) {
    for (int i = tokens.size() - 1; i >= 0; i--) {
      if (controlTokens.containsKey(tokens.get(i).path("content").asText())) {
        tokens.remove(i);
      }
    }
  }

  private void copyModel(JsonParser from, JsonGenerator to) throws IOException {
    to.writeStartObject();
    for (String field = from.nextFieldName(); field != null; field = from.nextFieldName()) {
      JsonToken value = from.nextToken();
      to.writeFieldName(field);
      if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
        copyVocabMap(from, to);
      } else if (field.equals("vocab") && value == JsonToken.START_ARRAY) {
        copyVocabList(from, to);
      } else {
        to.copyCurrentStructure(from);
      }
    }
    to.writeEndObject();
  }

  private void copyVocabMap(JsonParser from, JsonGenerator to) throws IOException {
    to.writeStartObject();
    for (String piece = from.nextFieldName(); piece != null; piece = from.nextFieldName()) {
      from.nextToken();
      to.writeFieldName(unspeakable(piece));
      to.copyCurrentStructure(from);
    }
    to.writeEndObject();
  }

  private void copyVocabList(JsonParser from, JsonGenerator to) throws IOException {
    to.writeStartArray();
    while (from.nextToken() == JsonToken.START_ARRAY) {
      to.writeStartArray();
      to.writeString(unspeakable(from.nextTextValue()));
      while (from.nextToken() != JsonToken.END_ARRAY) {
        to.copyCurrentStructure(from);
      }
      to.writeEndArray();
    }
    to.writeEndArray();
  }

  private String unspeakable(String piece) {
    Integer id = controlTokens.get(piece);
    // A model that names its unknown token by spelling needs to find it.
    return id == null || piece.equals(unknownToken)
        ? piece
        : NONCHARACTER + String.valueOf(id) + NONCHARACTER;
  }

  private ModelLoadException unreadable(String found, @Nullable Throwable cause) {
    return new ModelLoadException(
        file,
        "the tokenizer.json of a fast tokenizer",
        found,
        "save it again with AutoTokenizer.from_pretrained(...).save_pretrained(...)",
        cause);
  }
}

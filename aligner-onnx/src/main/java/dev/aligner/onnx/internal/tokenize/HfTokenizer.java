package dev.aligner.onnx.internal.tokenize;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import dev.aligner.EngineUnavailableException;
import dev.aligner.InferenceException;
import dev.aligner.ModelLoadException;
import dev.aligner.Prompt;
import dev.aligner.onnx.internal.Dependency;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text to ids and back, as the tokenizers of transformers do it, and safe on hostile text: nothing
 * is ever truncated, and no question or answer can produce a control token. Thread-safe; whoever
 * closes it makes sure that nothing uses it any more.
 *
 * <p>A prompt without a control token's spelling is encoded as transformers encodes it. One with
 * such a spelling in the user's text is encoded as transformers does with {@code
 * split_special_tokens}, by a second tokenizer in which these tokens have no spelling.
 */
public final class HfTokenizer implements AutoCloseable {

  /** What is put around a text that is encoded. */
  public enum Around {
    /** The special tokens that the tokenizer puts around every text. */
    SPECIAL_TOKENS,
    /** Nothing: the text spells all its special tokens, as a chat template's does. */
    NOTHING
  }

  private static final Map<String, String> AS_IT_IS =
      Map.of("truncation", "false", "padding", "false");

  private final NativeHandle<HuggingFaceTokenizer> original;
  private final NativeHandle<HuggingFaceTokenizer> withoutControlTokens;
  private final Map<String, Integer> controlTokens;
  private final Set<Integer> controlIds;
  private final BitSet uncertain;
  private final int maxId;
  private final CloseAll owned;

  private HfTokenizer(
      TokenizerJson json,
      NativeHandle<HuggingFaceTokenizer> original,
      NativeHandle<HuggingFaceTokenizer> withoutControlTokens,
      CloseAll owned) {
    this.original = original;
    this.withoutControlTokens = withoutControlTokens;
    this.controlTokens = Map.copyOf(json.controlTokens());
    this.controlIds = Set.copyOf(json.forbiddenIds());
    this.uncertain = json.byteTokens();
    json.controlTokens().values().forEach(uncertain::set);
    this.maxId = json.maxId();
    this.owned = owned;
  }

  /**
   * Opens a tokenizer.
   *
   * @param file tokenizer.json
   * @param controlIds ids that no user text may produce, besides those the file marks as special
   * @return the tokenizer; the caller closes it
   * @throws ModelLoadException if the file is not the tokenizer.json of a fast tokenizer
   * @throws EngineUnavailableException if the native library does not load or is too old
   */
  public static HfTokenizer open(Path file, Set<Integer> controlIds) {
    DjlSettings.apply();
    Dependency.TOKENIZERS.require(djlVersion());
    loadNatives();
    TokenizerJson json = TokenizerJson.read(file, controlIds);
    CloseAll owned = new CloseAll();
    try {
      return new HfTokenizer(
          json,
          owned.add(tokenizer(file, json.original())),
          owned.add(tokenizer(file, json.withoutControlTokens())),
          owned);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  private static void loadNatives() {
    try {
      LibUtils.checkStatus();
    } catch (RuntimeException | LinkageError e) {
      throw new EngineUnavailableException(
          "the tokenizers' native library does not load: expected a system with glibc (on Linux) and"
              + " a writable folder for it. Fix: use such a system (not Alpine), or name a writable"
              + " folder by the environment variable DJL_CACHE_DIR.",
          e);
    }
  }

  private static NativeHandle<HuggingFaceTokenizer> tokenizer(Path file, byte[] json) {
    try {
      return NativeHandle.of(
          "the tokenizer",
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_IT_IS));
    } catch (RuntimeException | IOException e) {
      throw new ModelLoadException(
          file,
          "the tokenizer.json of a fast tokenizer that tokenizers "
              + Dependency.TOKENIZERS.testedVersion()
              + " of DJL reads",
          "one that it refuses: " + e.getMessage(),
          "save it again with AutoTokenizer.from_pretrained(...).save_pretrained(...)",
          e);
    }
  }

  /** DJL's jar tells the versions of the native library and of itself, as {@code 0.21.0-0.38.0}. */
  private static String djlVersion() {
    Properties properties = new Properties();
    try (InputStream stream =
        HuggingFaceTokenizer.class.getResourceAsStream("/native/lib/tokenizers.properties")) {
      if (stream != null) {
        properties.load(stream);
      }
    } catch (IOException e) {
      throw new EngineUnavailableException("the tokenizers' jar cannot be read", e);
    }
    String version = properties.getProperty("version", "");
    return version.substring(version.lastIndexOf('-') + 1);
  }

  /**
   * Returns the highest id of the vocabulary. Added tokens may lie above it.
   *
   * @return an id
   */
  public int maxId() {
    return maxId;
  }

  /**
   * Turns a prompt into ids, with the special tokens that the tokenizer puts around every text.
   *
   * @param prompt the prompt
   * @return the ids, all of them
   */
  public int[] encode(Prompt prompt) {
    return encode(prompt, Around.SPECIAL_TOKENS);
  }

  /**
   * Turns a prompt into ids.
   *
   * @param prompt the prompt
   * @param around what is put around it
   * @return the ids, all of them
   */
  public int[] encode(Prompt prompt, Around around) {
    String text = wellFormed(prompt.text());
    Encoding encoding = original.get().encode(text, around == Around.SPECIAL_TOKENS, false);
    boolean trusted =
        prompt.spans().stream().allMatch(span -> span.source() == Prompt.Source.TEMPLATE);
    if (trusted) {
      return ids(encoding);
    }
    List<Spelled> spelled = spelledByTemplate(prompt);
    if (controlTokensIn(encoding) == spelled.size()) {
      return ids(encoding);
    }
    int[] safe = encodeBetween(text, spelled);
    return surround(encoding, safe);
  }

  /**
   * Turns ids into text, special tokens left out, as {@code decode(skip_special_tokens=True,
   * clean_up_tokenization_spaces=False)} does.
   *
   * @param tokenIds the ids
   * @return the text; bytes that are no character yet become U+FFFD
   */
  public String decode(int[] tokenIds) {
    long[] ids = Arrays.stream(tokenIds).asLongStream().toArray();
    return original.get().decode(ids, true);
  }

  /**
   * Turns ids into text, special tokens spelled out, as {@code decode(skip_special_tokens=False,
   * clean_up_tokenization_spaces=False)} does.
   *
   * @param tokenIds the ids
   * @return the text; bytes that are no character yet become U+FFFD
   */
  public String decodeWithSpecialTokens(int[] tokenIds) {
    long[] ids = Arrays.stream(tokenIds).asLongStream().toArray();
    return original.get().decode(ids, false);
  }

  /**
   * Starts a text that is decoded while its tokens come.
   *
   * @return a decoder, to be used while this tokenizer is open
   */
  public StreamingDecoder streamingDecoder() {
    return new StreamingDecoder(this::decode, uncertain::get);
  }

  @Override
  public void close() {
    owned.close();
  }

  /**
   * Counts the control tokens that come from the text, not those that are put around every text.
   */
  private int controlTokensIn(Encoding encoding) {
    long[] ids = encoding.getIds();
    long[] around = encoding.getSpecialTokenMask();
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      if (around[i] == 0 && controlIds.contains((int) ids[i])) {
        count++;
      }
    }
    return count;
  }

  /** Finds the control tokens that the template itself spells, which mean what they say. */
  private List<Spelled> spelledByTemplate(Prompt prompt) {
    List<Spelled> found = new ArrayList<>();
    for (Prompt.Span span : prompt.spans()) {
      if (span.source() != Prompt.Source.TEMPLATE) {
        continue;
      }
      int at = span.start();
      while (at < span.end()) {
        Spelled longest = longestAt(prompt.text(), at, span.end());
        if (longest != null) {
          found.add(longest);
        }
        at = longest == null ? at + 1 : longest.end;
      }
    }
    return found;
  }

  private @Nullable Spelled longestAt(String text, int at, int end) {
    Spelled longest = null;
    for (Map.Entry<String, Integer> token : controlTokens.entrySet()) {
      int tokenEnd = at + token.getKey().length();
      if (tokenEnd <= end
          && tokenEnd > (longest == null ? at : longest.end)
          && text.startsWith(token.getKey(), at)) {
        longest = new Spelled(at, tokenEnd, token.getValue());
      }
    }
    return longest;
  }

  /** Encodes the text between control tokens so that it cannot produce any. */
  private int[] encodeBetween(String text, List<Spelled> controls) {
    List<int[]> parts = new ArrayList<>();
    int from = 0;
    for (Spelled control : controls) {
      parts.add(encodePlain(text.substring(from, control.start)));
      parts.add(new int[] {control.id});
      from = control.end;
    }
    parts.add(encodePlain(text.substring(from)));
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }

  private int[] encodePlain(String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    Encoding encoding = withoutControlTokens.get().encode(text, false, false);
    if (controlTokensIn(encoding) > 0) {
      throw new InferenceException(
          "the text cannot be encoded without control tokens: this kind of tokenizer is unknown."
              + " Fix: report it, with the tokenizer.json",
          null);
    }
    return ids(encoding);
  }

  /** Puts around ids what the tokenizer puts around every text. */
  private static int[] surround(Encoding template, int[] ids) {
    long[] all = template.getIds();
    long[] around = template.getSpecialTokenMask();
    int prefix = 0;
    while (prefix < all.length && around[prefix] == 1) {
      prefix++;
    }
    int suffix = all.length;
    while (suffix > prefix && around[suffix - 1] == 1) {
      suffix--;
    }
    int[] result = Arrays.copyOf(ids(template), prefix + ids.length + all.length - suffix);
    System.arraycopy(ids, 0, result, prefix, ids.length);
    for (int i = suffix; i < all.length; i++) {
      result[prefix + ids.length + i - suffix] = (int) all[i];
    }
    return result;
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  /** Replaces what is no character, halves of surrogate pairs above all, by U+FFFD. */
  private static String wellFormed(String text) {
    StringBuilder replaced = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(c) || c == TokenizerJson.NONCHARACTER) {
        replaced = replaced == null ? new StringBuilder(text) : replaced;
        replaced.setCharAt(i, '\uFFFD');
      }
    }
    return replaced == null ? text : replaced.toString();
  }

  private record Spelled(int start, int end, int id) {}
}

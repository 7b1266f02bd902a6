package dev.aligner.internal;

/**
 * Turns what a model writes for one piece of an answer into the text that takes its place, while it
 * is written. Models may begin with a space or a fixed prefix, and templates strip outer whitespace
 * in training; so whitespace around an output means nothing, and the original's is put around it.
 * An output of nothing but whitespace is empty. Not thread-safe.
 */
public final class OutputText {

  private final String prefix;
  private final String leading;
  private final String trailing;
  private final StringBuilder held = new StringBuilder();
  private boolean prefixDone;
  private boolean begun;

  /**
   * Begins a text.
   *
   * @param original the piece of the answer
   * @param prefix what the model writes before the text itself, maybe nothing
   */
  public OutputText(String original, String prefix) {
    this.prefix = prefix.strip();
    this.prefixDone = this.prefix.isEmpty();
    this.leading = original.substring(0, original.length() - original.stripLeading().length());
    this.trailing = original.substring(original.stripTrailing().length());
  }

  /**
   * Returns an output that leaves an answer as it is.
   *
   * @param original the answer
   * @param prefix what the model writes before the text itself, maybe nothing
   * @return the output
   */
  public static String leaving(String original, String prefix) {
    return prefix + original.strip();
  }

  /**
   * Returns the text that a whole output stands for.
   *
   * @param original the piece of the answer
   * @param prefix what the model writes before the text itself, maybe nothing
   * @param output all that it wrote
   * @return the text
   */
  public static String of(String original, String prefix, String output) {
    OutputText text = new OutputText(original, prefix);
    return text.append(output) + text.finish();
  }

  /**
   * Adds what was written.
   *
   * @param written the next part of the output
   * @return the next part of the text; what later parts may change is held back
   */
  public String append(String written) {
    held.append(written);
    if (!prefixDone && !dropPrefix(/* ended= */ false)) {
      return "";
    }
    return release();
  }

  /**
   * Ends the output.
   *
   * @return the rest of the text
   */
  public String finish() {
    if (!prefixDone) {
      dropPrefix(/* ended= */ true);
    }
    String rest = release();
    return begun ? rest + trailing : "";
  }

  /** Drops the prefix if the output begins with it; false if that is not known yet. */
  private boolean dropPrefix(boolean ended) {
    String start = held.toString().stripLeading();
    if (start.startsWith(prefix)) {
      held.setLength(0);
      held.append(start, prefix.length(), start.length());
    } else if (prefix.startsWith(start) && !ended) {
      return false;
    }
    prefixDone = true;
    return true;
  }

  /** Gives out all but the whitespace at the end. */
  private String release() {
    String text = begun ? held.toString() : held.toString().stripLeading();
    String certain = text.stripTrailing();
    held.setLength(0);
    held.append(text, certain.length(), text.length());
    if (certain.isEmpty() || begun) {
      return certain;
    }
    begun = true;
    return leading + certain;
  }
}

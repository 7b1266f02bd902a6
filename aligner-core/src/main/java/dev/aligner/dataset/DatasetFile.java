package dev.aligner.dataset;

import dev.aligner.internal.Sha256;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file that is there as a whole or not at all: it is written under another name, and gets its own
 * in the end. Not thread-safe.
 */
final class DatasetFile implements Closeable {

  private final Path file;
  private final Path temporary;
  private final FileChannel channel;
  private final MessageDigest digest;
  private final OutputStream out;
  private long lines;
  private long bytes;

  private DatasetFile(Path file, Path temporary, FileChannel channel) {
    this.file = file;
    this.temporary = temporary;
    this.channel = channel;
    this.digest = Sha256.digest();
    this.out =
        new BufferedOutputStream(
            new DigestOutputStream(Channels.newOutputStream(channel), digest), 1 << 16);
  }

  /**
   * Begins a file.
   *
   * @throws UnusableFileException if its directory is missing, or if it is no regular file
   */
  static DatasetFile create(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new UnusableFileException(
          file, "expected an existing directory for the output, found none; make it first");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UnusableFileException(file, "expected a regular file, found something else");
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    return new DatasetFile(file, temporary, channel);
  }

  /** Writes a text and a line feed. */
  void writeLine(String line) throws IOException {
    byte[] text = (line + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(text);
    lines++;
    bytes += text.length;
  }

  Path file() {
    return file;
  }

  /** Returns how many lines were written. */
  long lines() {
    return lines;
  }

  /** Returns how many bytes were written. */
  long bytes() {
    return bytes;
  }

  /** Ends the file: the disk has all of it. Returns its digest. */
  String finish() throws IOException {
    out.flush();
    channel.force(true);
    channel.close();
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Gives the finished file its name, in place of one that had it. */
  void publish() throws IOException {
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Deletes what did not get its name. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}

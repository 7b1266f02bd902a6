package dev.aligner.internal.jsonl;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The output file of a bulk run: locked against other writers for as long as it is open, read once
 * from its start, then appended to in whole lines. Not thread-safe.
 */
public final class OutputLog implements Closeable {

  /** The longest line that is read back; an output line holds its input line and a correction. */
  private static final int MAX_LINE_BYTES = 8 * LineReader.MAX_LINE_BYTES;

  private final Path file;
  private final FileChannel channel;

  private OutputLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file, or makes it.
   *
   * @throws UnusableFileException if its directory is missing, if it is no regular file, or if
   *     another run writes it
   */
  public static OutputLog open(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new UnusableFileException(
          file, "expected an existing directory for the output, found none; make it first");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UnusableFileException(file, "expected a regular file, found something else");
    }
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (!isLocked(channel)) {
        throw new UnusableFileException(
            file, "another run is writing this file; wait for it, or choose another file");
      }
      return new OutputLog(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      // The lock ends with the channel.
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Returns the file. */
  public Path file() {
    return file;
  }

  /** Returns a reader over what is there. Closing it is not needed and would close this log. */
  public LineReader reader() throws IOException {
    channel.position(0);
    InputStream in = Channels.newInputStream(channel);
    return new LineReader(in, MAX_LINE_BYTES);
  }

  /** Cuts off what stands behind an offset in bytes; lines are appended there. */
  public void cutTo(long end) throws IOException {
    channel.truncate(end);
    channel.position(end);
  }

  /** Appends lines; when this returns, the operating system has all of them. */
  public void append(List<String> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

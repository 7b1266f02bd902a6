package dev.aligner.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that is put aside when it is full: {@code name} becomes {@code name.1}, that
 * becomes {@code name.2}, and so on; the oldest is deleted. Not thread-safe.
 */
final class RotatingFile implements AutoCloseable {

  private final Path file;
  private final long maxBytes;
  private final int keptFiles;
  private @Nullable FileChannel channel;
  private long size;

  RotatingFile(Path file, long maxBytes, int keptFiles) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.keptFiles = keptFiles;
  }

  /** Writes a line; the file is opened again after a failure, and a line that was torn is ended. */
  void write(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    FileChannel open = channel == null ? open() : channel;
    if (size > 0 && size + bytes.length > maxBytes) {
      open = rotate(open);
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        size += open.write(buffer);
      }
    } catch (IOException e) {
      abandon(open, e);
      throw e;
    }
  }

  void force() throws IOException {
    if (channel != null) {
      channel.force(false);
    }
  }

  /** Who can read the directory can still not read the answers of others. */
  private FileChannel open() throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    FileChannel opened = FileChannel.open(file, options, attributes);
    try {
      size = opened.size();
      opened.position(size);
      if (size > 0 && !endsWithNewline(opened)) {
        size += opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
    } catch (IOException e) {
      abandon(opened, e);
      throw e;
    }
    channel = opened;
    return opened;
  }

  private boolean endsWithNewline(FileChannel opened) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    opened.read(last, size - 1);
    return last.get(0) == '\n';
  }

  private FileChannel rotate(FileChannel full) throws IOException {
    channel = null;
    full.close();
    if (keptFiles == 0) {
      Files.delete(file);
    } else {
      for (int i = keptFiles - 1; i >= 1; i--) {
        moveIfThere(aside(i), aside(i + 1));
      }
      moveIfThere(file, aside(1));
    }
    return open();
  }

  private static void moveIfThere(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Path aside(int index) {
    return file.resolveSibling(file.getFileName() + "." + index);
  }

  private void abandon(FileChannel open, IOException failure) {
    channel = null;
    try {
      open.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}

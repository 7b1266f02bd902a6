package dev.aligner.dataset;

import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a file that came before, in memory that hardly grows with the file. Not
 * thread-safe.
 */
final class DuplicateFinder implements Closeable {

  /*
   * A row is 20 bytes: half a SHA-256 and the number of its line. Rows are dealt out to 256
   * partitions by the first byte of the digest, so that equal rows meet in one. A partition
   * collects 16 KiB in memory and goes to a file of its own when that is full. In the end the
   * partitions are read one after the other, each through a table of the digests in it; rows stand
   * there in the order of the input, so the first is the one that is kept. What is left is one bit
   * for each line.
   *
   * For n rows: 20 n bytes on disk; in memory 4 MiB while rows are added, then n/8 bytes and a table
   * of 32 to 64 bytes for each of n/256 rows. 100 million rows: 2 GB on disk, 4 MiB, then 12.5 MB
   * and 16.8 MB. A chance of one in 10^22 that two of them are taken for the same.
   */
  private static final int PARTITIONS = 256;
  private static final int ROW_BYTES = 2 * Long.BYTES + Integer.BYTES;
  private static final int BUFFER_BYTES = 16 * 1024 / ROW_BYTES * ROW_BYTES;

  private final Path directory;
  private final int bufferBytes;
  private final long maxTableBytes;
  private final @Nullable ByteBuffer[] buffers = new ByteBuffer[PARTITIONS];
  private boolean spilled;

  /**
   * Makes a finder; what an earlier one left in its directory is deleted.
   *
   * @param directory where partitions go that memory has no room for; made when needed
   */
  DuplicateFinder(Path directory) throws IOException {
    this(directory, BUFFER_BYTES, Runtime.getRuntime().maxMemory() / 2);
  }

  /** Makes a finder with bounds of its own, for tests. */
  DuplicateFinder(Path directory, int bufferBytes, long maxTableBytes) throws IOException {
    this.directory = directory;
    this.bufferBytes = bufferBytes;
    this.maxTableBytes = maxTableBytes;
    deleteFiles();
  }

  /**
   * Adds a row; they come in the order of their lines.
   *
   * @throws UnusableFileException if its line is beyond 2^31 - 2
   */
  void add(long line, Digests.Half digest) throws IOException {
    if (line >= Integer.MAX_VALUE) {
      throw new UnusableFileException(
          directory,
          "expected at most "
              + (Integer.MAX_VALUE - 1)
              + " lines to find duplicates in, found more; split the input, or turn deduplication"
              + " off");
    }
    int partition = (int) (digest.high() >>> 56);
    ByteBuffer buffer = buffers[partition];
    if (buffer == null) {
      buffer = ByteBuffer.allocate(bufferBytes);
      buffers[partition] = buffer;
    }
    buffer.putLong(digest.high()).putLong(digest.low()).putInt((int) line);
    if (!buffer.hasRemaining()) {
      spill(partition, buffer);
    }
  }

  private void spill(int partition, ByteBuffer buffer) throws IOException {
    if (!spilled) {
      Files.createDirectories(directory);
      spilled = true;
    }
    try (FileChannel channel =
        FileChannel.open(file(partition), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    }
  }

  /**
   * Returns the lines whose row came before.
   *
   * @throws UnusableFileException if there are more rows than this heap can compare
   */
  BitSet duplicates() throws IOException {
    BitSet duplicates = new BitSet();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      ByteBuffer buffer = buffers[partition];
      if (buffer == null) {
        continue;
      }
      Path file = file(partition);
      long spilledRows = spilled && Files.exists(file) ? Files.size(file) / ROW_BYTES : 0;
      Table table = table(spilledRows + buffer.position() / ROW_BYTES);
      if (spilledRows > 0) {
        try (DataInputStream in =
            new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
          for (long row = 0; row < spilledRows; row++) {
            mark(duplicates, table, in.readLong(), in.readLong(), in.readInt());
          }
        }
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        mark(duplicates, table, buffer.getLong(), buffer.getLong(), buffer.getInt());
      }
      buffers[partition] = null;
    }
    return duplicates;
  }

  private static void mark(BitSet duplicates, Table table, long high, long low, int line) {
    if (!table.add(high, low)) {
      duplicates.set(line);
    }
  }

  private Table table(long rows) throws IOException {
    long slots = Long.highestOneBit(Math.max(1, rows)) * 4;
    if (slots > 1 << 29 || slots * 2 * Long.BYTES > maxTableBytes) {
      throw new UnusableFileException(
          directory,
          "expected that duplicates among "
              + rows
              + " rows, the 256th part of all, can be found in half of the heap, found that they"
              + " need "
              + slots * 2 * Long.BYTES
              + " bytes; give the JVM a larger heap (-Xmx), or turn deduplication off");
    }
    return new Table((int) slots);
  }

  private Path file(int partition) {
    return directory.resolve(String.format("%02x", partition));
  }

  /** Deletes what was spilled. */
  @Override
  public void close() throws IOException {
    deleteFiles();
  }

  private void deleteFiles() throws IOException {
    if (Files.isDirectory(directory)) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        Files.deleteIfExists(file(partition));
      }
      Files.delete(directory);
    }
  }

  /** A set of digests with open addressing, at most half full. */
  private static final class Table {

    private final long[] slots;
    private final int mask;

    Table(int size) {
      this.slots = new long[2 * size];
      this.mask = size - 1;
    }

    /** Adds a digest, and tells whether it is new. Two zeros are an empty slot. */
    boolean add(long high, long low) {
      long first = high == 0 && low == 0 ? 1 : high;
      int slot = (int) low & mask;
      while (slots[2 * slot] != 0 || slots[2 * slot + 1] != 0) {
        if (slots[2 * slot] == first && slots[2 * slot + 1] == low) {
          return false;
        }
        slot = (slot + 1) & mask;
      }
      slots[2 * slot] = first;
      slots[2 * slot + 1] = low;
      return true;
    }
  }
}

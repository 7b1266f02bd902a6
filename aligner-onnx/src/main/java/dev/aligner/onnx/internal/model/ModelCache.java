package dev.aligner.onnx.internal.model;

import dev.aligner.EngineUnavailableException;
import dev.aligner.ModelLoadException;
import dev.aligner.internal.Sha256;
import dev.aligner.model.BundledModel;
import dev.aligner.model.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where models out of jars are unpacked, since ONNX Runtime loads files. A model is unpacked once
 * for each user, into a folder named by the SHA-256 of what it holds; every file is verified
 * whenever the folder is used, and a damaged folder is unpacked anew. Safe under threads, under
 * class loaders, and under JVMs that start at the same time or are killed meanwhile.
 *
 * <p>The place is what {@link CachePlace#all} says; of several the first that is writable.
 */
public final class ModelCache {

  private static final Object IN_THIS_CLASS = new Object();
  private static final long RETRY_NANOS = 20_000_000;

  private final List<CachePlace> places;

  ModelCache(List<CachePlace> places) {
    this.places = List.copyOf(places);
  }

  /**
   * Returns the cache of this user.
   *
   * @return the cache
   */
  public static ModelCache ofUser() {
    Map<String, String> properties =
        Map.of(
            CachePlace.PROPERTY,
            System.getProperty(CachePlace.PROPERTY, ""),
            "os.name",
            System.getProperty("os.name", ""),
            "user.home",
            System.getProperty("user.home", "."),
            "user.name",
            System.getProperty("user.name", "user"),
            "java.io.tmpdir",
            System.getProperty("java.io.tmpdir", "."));
    return new ModelCache(CachePlace.all(properties, System.getenv()));
  }

  /**
   * Returns a directory with the files of a model, unpacking them if need be.
   *
   * @param model the model
   * @return the directory, verified
   * @throws ModelLoadException if the jar does not hold what its manifest says
   * @throws EngineUnavailableException if no place for the cache is writable
   */
  public Path directoryOf(BundledModel model) {
    List<IOException> failures = new ArrayList<>();
    for (CachePlace place : places) {
      try {
        return unpacked(model, place.open());
      } catch (IOException e) {
        failures.add(e);
      }
    }
    EngineUnavailableException unwritable =
        new EngineUnavailableException(
            "no place to unpack model "
                + model.name()
                + ": expected a writable folder, tried "
                + places.stream().map(CachePlace::path).toList()
                + ". Fix: name one by -D"
                + CachePlace.PROPERTY
                + "=... or "
                + CachePlace.VARIABLE,
            failures.get(0));
    failures.stream().skip(1).forEach(unwritable::addSuppressed);
    throw unwritable;
  }

  private static Path unpacked(BundledModel model, Path place) throws IOException {
    Path directory = place.resolve(model.name() + "-" + key(model).substring(0, 16));
    if (isIntact(model, directory)) {
      return directory;
    }
    Path lockFile = place.resolve(directory.getFileName() + ".lock");
    synchronized (IN_THIS_CLASS) {
      try (FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock(channel); // until the channel is closed
        deleteLeftovers(directory);
        if (!isIntact(model, directory)) {
          unpack(model, directory);
        }
        return directory;
      }
    }
  }

  /** Waits for other JVMs, and for this class in other class loaders of this one. */
  private static void lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        channel.lock();
        return;
      } catch (OverlappingFileLockException e) {
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /** Deletes what JVMs that were killed left behind; with the lock held, nobody else uses it. */
  private static void deleteLeftovers(Path directory) throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(
            parent(directory), directory.getFileName() + ".{unpacking,damaged}-*")) {
      leftovers.forEach(Folders::delete);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void unpack(BundledModel model, Path directory) throws IOException {
    Path fresh = beside(directory, ".unpacking-");
    try {
      for (ModelFile file : model.files()) {
        Path target = fresh.resolve(file.path());
        Files.createDirectories(parent(target));
        String found = copy(model, file, target);
        if (!found.equals(file.sha256())) {
          throw damagedJar(model, file, "sha256 " + found, null);
        }
      }
      if (Files.exists(directory)) {
        Path damaged = beside(directory, ".damaged-");
        Files.move(directory, damaged.resolve("model"));
        Folders.delete(damaged);
      }
      move(fresh, directory);
    } finally {
      Folders.delete(fresh);
    }
  }

  private static Path beside(Path directory, String suffix) throws IOException {
    return Files.createTempDirectory(parent(directory), directory.getFileName() + suffix);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to); // under the lock; a reader verifies every file before it uses one
    }
  }

  /** Copies a file out of the jar and returns its digest. */
  private static String copy(BundledModel model, ModelFile file, Path target) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = open(model, file);
        OutputStream out = Files.newOutputStream(target)) {
      for (int count = read(model, file, in, chunk); count >= 0; ) {
        digest.update(chunk, 0, count);
        out.write(chunk, 0, count);
        count = read(model, file, in, chunk);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static InputStream open(BundledModel model, ModelFile file) {
    try {
      return model.open(file);
    } catch (IOException e) {
      throw damagedJar(model, file, "no such file in the jar", e);
    }
  }

  private static int read(BundledModel model, ModelFile file, InputStream in, byte[] chunk) {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      throw damagedJar(model, file, "a file that cannot be read out of the jar", e);
    }
  }

  private static ModelLoadException damagedJar(
      BundledModel model, ModelFile file, String found, @Nullable IOException cause) {
    return new ModelLoadException(
        Path.of("META-INF", "aligner", model.name(), file.path()),
        "sha256 " + file.sha256(),
        found,
        "the jar is damaged or was filtered by a build: take it from the repository again",
        cause);
  }

  /** Another JVM may be replacing the folder: what cannot be read is not intact. */
  private static boolean isIntact(BundledModel model, Path directory) {
    try {
      for (ModelFile file : model.files()) {
        Path path = directory.resolve(file.path());
        if (!Files.isRegularFile(path)
            || Files.size(path) != file.size()
            || !sha256(path).equals(file.sha256())) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Names what a model holds: two models of one name and other files do not share a folder. */
  private static String key(BundledModel model) {
    MessageDigest digest = Sha256.digest();
    for (ModelFile file : model.files()) {
      digest.update((file.path() + "\n" + file.sha256() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent(), "every path here is inside a folder");
  }
}

package dev.aligner.onnx.internal.model;

import dev.aligner.EngineUnavailableException;
import dev.aligner.ModelLoadException;
import dev.aligner.model.BundledModel;
import dev.aligner.model.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where models out of jars are unpacked, since ONNX Runtime loads files. A model is unpacked once
 * for each user, into a folder named by the SHA-256 of what it holds; every file is verified
 * whenever the folder is used, and a damaged folder is unpacked anew. Safe under threads and under
 * JVMs that start at the same time.
 *
 * <p>The place, the first that is set or writable: system property {@code dev.aligner.cache};
 * environment variable {@code ALIGNER_CACHE}; the user's cache folder as the platform has it; the
 * temp folder.
 */
public final class ModelCache {

  private static final Object IN_THIS_JVM = new Object();

  private final List<Path> places;

  ModelCache(List<Path> places) {
    this.places = List.copyOf(places);
  }

  /**
   * Returns the cache of this user.
   *
   * @return the cache
   */
  public static ModelCache ofUser() {
    String property = System.getProperty("dev.aligner.cache");
    return new ModelCache(
        places(property == null ? "" : property, System.getenv(), System.getProperty("os.name")));
  }

  static List<Path> places(String property, Map<String, String> environment, String osName) {
    String chosen = property.isEmpty() ? environment.getOrDefault("ALIGNER_CACHE", "") : property;
    if (!chosen.isEmpty()) {
      return List.of(Path.of(chosen));
    }
    Path home = Path.of(System.getProperty("user.home", "."));
    String os = osName.toLowerCase(Locale.ROOT);
    Path userCache;
    if (os.startsWith("windows")) {
      String local = environment.getOrDefault("LOCALAPPDATA", "");
      userCache = local.isEmpty() ? home.resolve("AppData").resolve("Local") : Path.of(local);
    } else if (os.startsWith("mac")) {
      userCache = home.resolve("Library").resolve("Caches");
    } else {
      String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
      userCache = xdg.startsWith("/") ? Path.of(xdg) : home.resolve(".cache");
    }
    return List.of(
        userCache.resolve("aligner"),
        Path.of(System.getProperty("java.io.tmpdir"))
            .resolve("aligner-" + System.getProperty("user.name", "user")));
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
    for (Path place : places) {
      try {
        return unpacked(model, Files.createDirectories(place));
      } catch (IOException e) {
        failures.add(e);
      }
    }
    EngineUnavailableException unwritable =
        new EngineUnavailableException(
            "no place to unpack model "
                + model.name()
                + ": expected a writable folder, tried "
                + places
                + ". Fix: name one by -Ddev.aligner.cache=... or ALIGNER_CACHE",
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
    synchronized (IN_THIS_JVM) {
      try (FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock(); // until the channel is closed
        if (!isIntact(model, directory)) {
          unpack(model, place, directory);
        }
        return directory;
      }
    }
  }

  private static void unpack(BundledModel model, Path place, Path directory) throws IOException {
    Path fresh = Files.createTempDirectory(place, ".unpacking-");
    try {
      for (ModelFile file : model.files()) {
        Path target = fresh.resolve(file.path());
        Files.createDirectories(target.getParent());
        String found = copy(model, file, target);
        if (!found.equals(file.sha256())) {
          throw new ModelLoadException(
              Path.of("META-INF", "aligner", model.name(), file.path()),
              "sha256 " + file.sha256(),
              "sha256 " + found,
              "the jar is damaged or was filtered by a build: take it from the repository again");
        }
      }
      if (Files.exists(directory)) {
        Path damaged = Files.createTempDirectory(place, ".damaged-");
        Files.move(directory, damaged.resolve("model"));
        delete(damaged);
      }
      move(fresh, directory);
    } finally {
      delete(fresh);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to); // under the lock; a reader verifies every file before it uses one
    }
  }

  private static String copy(BundledModel model, ModelFile file, Path target) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(model.open(file), digest);
        OutputStream out = Files.newOutputStream(target)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static boolean isIntact(BundledModel model, Path directory) throws IOException {
    for (ModelFile file : model.files()) {
      Path path = directory.resolve(file.path());
      if (!Files.isRegularFile(path)
          || Files.size(path) != file.size()
          || !sha256(path).equals(file.sha256())) {
        return false;
      }
    }
    return true;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Names what a model holds: two models of one name and other files do not share a folder. */
  private static String key(BundledModel model) {
    MessageDigest digest = sha256();
    for (ModelFile file : model.files()) {
      digest.update((file.path() + "\n" + file.sha256() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Deletes what can be deleted; another JVM may still have a damaged file open. */
  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        try {
          Files.deleteIfExists(path);
        } catch (IOException e) {
          path.toFile().deleteOnExit();
        }
      }
    }
  }
}

package dev.aligner.onnx.internal.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A folder where models may be unpacked.
 *
 * @param path the folder, which need not exist
 * @param amongOthers whether it stands in a folder where every user may write: there it has to be
 *     this user's, and nobody else's to write, or another user could put other files in the place
 *     of those that were verified
 */
record CachePlace(Path path, boolean amongOthers) {

  /** The system property that names the place, before anything else. */
  static final String PROPERTY = "dev.aligner.cache";

  /** The environment variable that names the place, if the property does not. */
  static final String VARIABLE = "ALIGNER_CACHE";

  private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  /**
   * Returns the places to try: the one that the system property or the environment variable names,
   * else the user's cache folder as the platform has it, then the temp folder.
   *
   * @param properties {@code os.name}, {@code user.home}, {@code user.name} and {@code
   *     java.io.tmpdir}, and perhaps {@link #PROPERTY}
   */
  static List<CachePlace> all(Map<String, String> properties, Map<String, String> environment) {
    String property = properties.getOrDefault(PROPERTY, "");
    String chosen = property.isEmpty() ? environment.getOrDefault(VARIABLE, "") : property;
    if (!chosen.isEmpty()) {
      return List.of(new CachePlace(Path.of(chosen).toAbsolutePath(), false));
    }
    String user = properties.getOrDefault("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
    Path temp = Path.of(properties.getOrDefault("java.io.tmpdir", ".")).toAbsolutePath();
    return List.of(
        new CachePlace(userCache(properties, environment).resolve("aligner"), false),
        new CachePlace(temp.resolve("aligner-" + user), true));
  }

  private static Path userCache(Map<String, String> properties, Map<String, String> environment) {
    Path home = Path.of(properties.getOrDefault("user.home", ".")).toAbsolutePath();
    String os = properties.getOrDefault("os.name", "").toLowerCase(Locale.ROOT);
    if (os.startsWith("windows")) {
      String local = environment.getOrDefault("LOCALAPPDATA", "");
      return local.isEmpty()
          ? home.resolve("AppData").resolve("Local")
          : Path.of(local).toAbsolutePath();
    }
    if (os.startsWith("mac")) {
      return home.resolve("Library").resolve("Caches");
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    return xdg.startsWith("/") ? Path.of(xdg).toAbsolutePath() : home.resolve(".cache");
  }

  /**
   * Makes the folder if it is not there.
   *
   * @return the folder
   * @throws IOException if it cannot be made, or stands among others and is not this user's alone
   */
  Path open() throws IOException {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (!amongOthers || !posix) {
      return Files.createDirectories(path);
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    requireOwn();
    return path;
  }

  /** A file made here tells who this user is: the name need not be known to the system. */
  private void requireOwn() throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || !Collections.disjoint(Files.getPosixFilePermissions(path), WRITABLE_BY_OTHERS)) {
      throw new IOException(path + " is not a folder where its owner alone may write");
    }
    Path probe = Files.createTempFile(path, ".owner-", "");
    try {
      if (!Files.getOwner(probe).equals(Files.getOwner(path))) {
        throw new IOException(path + " belongs to another user");
      }
    } finally {
      Files.deleteIfExists(probe);
    }
  }
}

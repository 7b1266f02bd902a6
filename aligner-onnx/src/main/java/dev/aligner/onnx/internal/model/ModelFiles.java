package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a model directory may lie: in the directory, whatever links lead to them. A
 * model that someone else made cannot so have a file of the user's read by a link to it.
 *
 * <p>One layout of links is let through, for it is how every download by the Hugging Face hub's
 * client lies on disk: {@code models--x--y/snapshots/revision/file} links to {@code
 * models--x--y/blobs/hash}. A file of a directory in such a snapshot may lie in the blobs folder of
 * the same repository, but nowhere else and not in a folder below it. The folders above the model
 * directory are the user's own, so no model can pretend to be such a snapshot.
 *
 * <p>This looks at a directory as it stands. One that others may write to is not to be trusted.
 */
public final class ModelFiles {

  private ModelFiles() {}

  /**
   * Checks that a file lies where files of a model directory may lie.
   *
   * @param directory the model directory
   * @param file a file of it that is there
   * @throws ModelLoadException if it lies outside, or is not there
   */
  public static void requireInside(Path directory, Path file) {
    try {
      Path root = directory.toRealPath();
      Path real = file.toRealPath();
      if (!real.startsWith(root) && !isBlobOf(root, real)) {
        throw new ModelLoadException(
            file,
            "a file inside the model directory, or a Hugging Face snapshot's link to its own blobs",
            "one outside: " + real,
            "copy the file into the model directory");
      }
    } catch (IOException e) {
      throw new ModelLoadException(
          file,
          "a readable file",
          Files.isSymbolicLink(file)
              ? "a link that leads nowhere"
              : Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                  ? "one that cannot be read"
                  : "no such file",
          "copy it from the exported model",
          e);
    }
  }

  private static boolean isBlobOf(Path root, Path real) {
    Path repository = repository(root);
    return repository != null && repository.resolve("blobs").equals(real.getParent());
  }

  /** Returns the folder of the repository whose snapshot holds a directory, if one does. */
  private static @Nullable Path repository(Path root) {
    for (Path above = root.getParent(); above != null; above = above.getParent()) {
      Path repository = above.getParent();
      if (above.endsWith("snapshots")
          && repository != null
          && repository.getFileName() != null
          && repository.getFileName().toString().startsWith("models--")) {
        return repository;
      }
    }
    return null;
  }
}

package dev.aligner.dataset;

import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of a run are. Immutable.
 *
 * @param input what is read
 * @param files what is made, by format
 * @param rejects where rows go that are not taken
 * @param journal what the run has got so far
 */
record Place(Path input, Map<DatasetFormat, Path> files, Optional<Path> rejects, Path journal) {

  private static final String PROVENANCE = ".provenance.json";
  private static final String JOURNAL = ".part";

  /**
   * Names the files: the output itself, or one for each format if it is a directory.
   *
   * @throws UnusableFileException if there is no directory for several, or if one file would be two
   *     things
   */
  static Place of(Path input, Path output, DatasetOptions options) throws IOException {
    boolean directory = Files.isDirectory(output);
    if (!directory && options.formats().size() > 1) {
      throw new UnusableFileException(
          output, "expected an existing directory for several formats, found none; make it first");
    }
    Map<DatasetFormat, Path> files = new EnumMap<>(DatasetFormat.class);
    for (DatasetFormat format : options.formats()) {
      files.put(format, directory ? output.resolve(format.lowerCase() + ".jsonl") : output);
    }
    Path journal = directory ? output.resolve("dataset" + JOURNAL) : beside(output, JOURNAL);
    Place place = new Place(input, files, options.rejects(), journal);
    place.checkDistinct();
    return place;
  }

  /** Returns where partitions of digests go. */
  Path digests() {
    return beside(journal, ".digests");
  }

  /** Returns where the provenance of a file stands. */
  static Path provenance(Path file) {
    return beside(file, PROVENANCE);
  }

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  private void checkDistinct() throws IOException {
    List<Path> all = new ArrayList<>(files.values());
    rejects.ifPresent(all::add);
    all.add(journal);
    all.add(input);
    all.add(provenance(input));
    files.values().forEach(file -> all.add(provenance(file)));
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (isSame(all.get(i), all.get(j))) {
          throw new UnusableFileException(
              all.get(i), "is two of the files of this run at once; choose another output");
        }
      }
    }
  }

  private static boolean isSame(Path one, Path other) throws IOException {
    if (Files.exists(one) && Files.exists(other)) {
      return Files.isSameFile(one, other);
    }
    return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
  }
}

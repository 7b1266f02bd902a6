package dev.aligner.onnx.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.EngineUnavailableException;
import dev.aligner.ModelLoadException;
import dev.aligner.model.BundledModel;
import dev.aligner.model.ModelFile;
import dev.aligner.onnx.testing.CacheFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ModelCacheTest {

  private static final BundledModel MODEL = new CacheFixture("cache-fixture");

  private final Path place;

  ModelCacheTest(@TempDir Path place) {
    this.place = place;
  }

  /** Ways for a file to be damaged after it was unpacked. */
  enum Damage {
    BYTE_CHANGED {
      @Override
      void to(Path directory) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve("weights.bin"));
        bytes[bytes.length / 2] ^= 1;
        Files.write(directory.resolve("weights.bin"), bytes);
      }
    },
    TRUNCATED {
      @Override
      void to(Path directory) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve("weights.bin"));
        Files.write(directory.resolve("weights.bin"), Arrays.copyOf(bytes, bytes.length / 2));
      }
    },
    FILE_MISSING {
      @Override
      void to(Path directory) throws IOException {
        Files.delete(directory.resolve("onnx").resolve("nested.bin"));
      }
    },
    FOLDER_IN_PLACE_OF_FILE {
      @Override
      void to(Path directory) throws IOException {
        Files.delete(directory.resolve("weights.bin"));
        Files.createDirectories(directory.resolve("weights.bin").resolve("folder"));
      }
    },
    FILE_IN_PLACE_OF_FOLDER {
      @Override
      void to(Path directory) throws IOException {
        Folders.delete(directory);
        Files.writeString(directory, "not a folder");
      }
    },
    EMPTY {
      @Override
      void to(Path directory) throws IOException {
        Folders.delete(directory);
        Files.createDirectory(directory);
      }
    };

    abstract void to(Path directory) throws IOException;
  }

  @Test
  void directoryOf_firstUse_unpacksAllFiles() throws IOException {
    Path directory = cache(place).directoryOf(MODEL);

    assertThat(directory).isEqualTo(directory(place));
    requireIntact(directory);
    requireNothingElse(place);
  }

  @Test
  void directoryOf_secondUse_writesNothing() throws IOException {
    Path directory = cache(place).directoryOf(MODEL);
    FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
    for (ModelFile file : MODEL.files()) {
      Files.setLastModifiedTime(directory.resolve(file.path()), longAgo);
    }

    assertThat(cache(place).directoryOf(MODEL)).isEqualTo(directory);
    for (ModelFile file : MODEL.files()) {
      assertThat(Files.getLastModifiedTime(directory.resolve(file.path()))).isEqualTo(longAgo);
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void directoryOf_damaged_unpacksAnew(Damage damage) throws IOException {
    Path directory = cache(place).directoryOf(MODEL);
    damage.to(directory);

    assertThat(cache(place).directoryOf(MODEL)).isEqualTo(directory);
    requireIntact(directory);
    requireNothingElse(place);
  }

  @Test
  void directoryOf_afterAKilledJvm_cleansUp() throws IOException {
    Path leftover = place.resolve(directory(place).getFileName() + ".unpacking-123");
    Files.createDirectories(leftover.resolve("onnx"));
    Files.writeString(leftover.resolve("weights.bin"), "half of it");
    Path damaged = place.resolve(directory(place).getFileName() + ".damaged-123");
    Files.createDirectories(damaged.resolve("model"));
    Path foreign = Files.createDirectories(place.resolve("other-model.unpacking-123"));

    requireIntact(cache(place).directoryOf(MODEL));
    assertThat(leftover).doesNotExist();
    assertThat(damaged).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void directoryOf_tamperedJar_saysWhichFile() throws IOException {
    assertThatThrownBy(() -> cache(place).directoryOf(new CacheFixture("cache-tampered")))
        .isInstanceOfSatisfying(
            ModelLoadException.class,
            e -> {
              assertThat(e.file())
                  .isEqualTo(Path.of("META-INF", "aligner", "cache-tampered", "weights.bin"));
              assertThat(e.expected()).startsWith("sha256 ");
              assertThat(e.found()).startsWith("sha256 ").isNotEqualTo(e.expected());
            });
    requireNoFolders(place);
  }

  @Test
  void directoryOf_incompleteJar_saysWhichFile() throws IOException {
    assertThatThrownBy(() -> cache(place).directoryOf(new CacheFixture("cache-incomplete")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("weights.bin")
        .hasMessageContaining("no such file in the jar")
        .hasMessageContaining("Fix:");
    requireNoFolders(place);
  }

  @Test
  void directoryOf_unwritablePlace_takesTheNext() throws IOException {
    Path file = Files.writeString(place.resolve("file"), "");

    Path directory = cache(file.resolve("cache"), place.resolve("next")).directoryOf(MODEL);

    assertThat(directory).isEqualTo(directory(place.resolve("next")));
    requireIntact(directory);
  }

  @Test
  void directoryOf_noWritablePlace_namesAll() throws IOException {
    Path file = Files.writeString(place.resolve("file"), "");

    assertThatThrownBy(() -> cache(file.resolve("a"), file.resolve("b")).directoryOf(MODEL))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining(file.resolve("a").toString())
        .hasMessageContaining(file.resolve("b").toString())
        .hasMessageContaining("Fix:")
        .hasMessageContaining("-Ddev.aligner.cache")
        .hasMessageContaining("ALIGNER_CACHE")
        .hasCauseInstanceOf(IOException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  @Test
  void directoryOf_inSeveralThreads_isIntactInAll() throws IOException {
    List<CompletableFuture<Path>> all =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> cache(place).directoryOf(MODEL)))
            .toList();

    for (CompletableFuture<Path> one : all) {
      requireIntact(one.orTimeout(50, TimeUnit.SECONDS).join());
    }
    requireNothingElse(place);
  }

  /** Another class loader of this JVM holds the lock: that is no reason to fail. */
  @Test
  void directoryOf_lockedInThisJvm_waits() throws Exception {
    Path lock = place.resolve(directory(place).getFileName() + ".lock");
    CompletableFuture<Path> waiting;
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      waiting = CompletableFuture.supplyAsync(() -> cache(place).directoryOf(MODEL));
      TimeUnit.MILLISECONDS.sleep(200);
      assertThat(waiting).isNotDone();
    }
    requireIntact(waiting.orTimeout(50, TimeUnit.SECONDS).join());
  }

  private static ModelCache cache(Path... places) {
    return new ModelCache(Stream.of(places).map(path -> new CachePlace(path, false)).toList());
  }

  /** Where the fixture belongs in a place. */
  static Path directory(Path place) {
    return place.resolve("cache-fixture-843845fca24868a2");
  }

  static void requireIntact(Path directory) throws IOException {
    Map<String, byte[]> expected = new TreeMap<>();
    for (ModelFile file : MODEL.files()) {
      try (InputStream stream = MODEL.open(file)) {
        expected.put(file.path(), stream.readAllBytes());
      }
    }
    assertThat(expected).hasSize(2);
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> files = found.filter(Files::isRegularFile).toList();
      assertThat(files).hasSize(2);
      for (Path file : files) {
        String path = directory.relativize(file).toString().replace('\\', '/');
        assertThat(Files.readAllBytes(file)).as(path).isEqualTo(expected.get(path));
      }
    }
  }

  /** In the place are the model and its lock file. */
  static void requireNothingElse(Path place) throws IOException {
    try (Stream<Path> found = Files.list(place)) {
      Path directory = directory(place);
      assertThat(found)
          .containsExactlyInAnyOrder(directory, place.resolve(directory.getFileName() + ".lock"));
    }
  }

  private static void requireNoFolders(Path place) throws IOException {
    try (Stream<Path> found = Files.list(place)) {
      assertThat(found).noneMatch(Files::isDirectory);
    }
  }
}

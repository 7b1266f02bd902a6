package dev.aligner.onnx.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachePlaceTest {

  private final Path folder;

  CachePlaceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, XDG_CACHE_HOME, /xdg, /xdg/aligner",
    "Linux, XDG_CACHE_HOME, relative, /home/ann/.cache/aligner",
    "Linux, OTHER, x, /home/ann/.cache/aligner",
    "FreeBSD, OTHER, x, /home/ann/.cache/aligner",
    "Mac OS X, XDG_CACHE_HOME, /xdg, /home/ann/Library/Caches/aligner",
    "Windows 11, LOCALAPPDATA, /local, /local/aligner",
    "Windows 11, OTHER, x, /home/ann/AppData/Local/aligner"
  })
  void all_withoutChoice_isTheUsersCacheThenTheTempFolder(
      String os, String variable, String value, String expected) {
    assertThat(CachePlace.all(properties("os.name", os), Map.of(variable, value)))
        .containsExactly(
            new CachePlace(absolute(expected), false),
            new CachePlace(absolute("/temp/aligner-ann"), true));
  }

  @Test
  void all_withVariable_isThatAlone() {
    assertThat(CachePlace.all(properties(), Map.of("ALIGNER_CACHE", "/variable")))
        .containsExactly(new CachePlace(absolute("/variable"), false));
  }

  @Test
  void all_withProperty_isThatAlone() {
    assertThat(
            CachePlace.all(
                properties("dev.aligner.cache", "/property"), Map.of("ALIGNER_CACHE", "/variable")))
        .containsExactly(new CachePlace(absolute("/property"), false));
  }

  @Test
  void all_emptyChoices_areNone() {
    assertThat(CachePlace.all(properties("dev.aligner.cache", ""), Map.of("ALIGNER_CACHE", "")))
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"?, aligner-_", "DOMAIN\\ann, aligner-DOMAIN_ann", "../../etc, aligner-.._.._etc"})
  void all_unusualUserName_isOneFolder(String user, String expected) {
    List<CachePlace> places = CachePlace.all(properties("user.name", user), Map.of());

    assertThat(places.get(1).path()).isEqualTo(absolute("/temp").resolve(expected));
  }

  @Test
  void open_byItself_makesTheFolder() throws IOException {
    Path path = folder.resolve("a").resolve("b");

    assertThat(new CachePlace(path, false).open()).isEqualTo(path).isDirectory();
    assertThat(new CachePlace(path, false).open()).isEqualTo(path);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "temp folders are the user's own there")
  void open_amongOthers_isForTheOwnerAlone() throws IOException {
    CachePlace place = new CachePlace(folder.resolve("mine"), true);

    place.open();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.path())))
        .isEqualTo("rwx------");
    assertThat(place.open()).isEqualTo(place.path()).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"rwxrwxrwx", "rwxrwxr-x", "rwx----w-"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "temp folders are the user's own there")
  void open_amongOthers_writableByOthers_isRefused(String permissions) throws IOException {
    Path path = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));

    assertThatThrownBy(() -> new CachePlace(path, true).open())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(path.toString());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links take a privilege there")
  void open_amongOthers_link_isRefused() throws IOException {
    Path target = new CachePlace(folder.resolve("target"), true).open();
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);

    assertThatThrownBy(() -> new CachePlace(link, true).open()).isInstanceOf(IOException.class);
  }

  private static Path absolute(String path) {
    return Path.of(path).toAbsolutePath();
  }

  private static Map<String, String> properties(String... changes) {
    Map<String, String> properties = new HashMap<>();
    properties.put("os.name", "Linux");
    properties.put("user.home", "/home/ann");
    properties.put("user.name", "ann");
    properties.put("java.io.tmpdir", "/temp");
    for (int i = 0; i < changes.length; i += 2) {
      properties.put(changes[i], changes[i + 1]);
    }
    return properties;
  }
}

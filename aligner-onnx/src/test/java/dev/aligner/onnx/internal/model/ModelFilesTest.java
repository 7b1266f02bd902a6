package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.testing.Proto.external;
import static dev.aligner.onnx.testing.Proto.message;
import static dev.aligner.onnx.testing.Proto.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aligner.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFilesTest {

  private final Path folder;
  private final Path directory;

  ModelFilesTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    directory = Files.createDirectory(folder.resolve("model"));
    Files.writeString(folder.resolve("outside"), "0123456789abcdef");
  }

  @Test
  void requireInside_fileOfTheDirectory_isFine() throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), "{}");

    assertInside(file);
  }

  @Test
  void requireInside_missing_saysSo() {
    assertThat(refused(directory.resolve("config.json")).found()).isEqualTo("no such file");
  }

  @Test
  void requireInside_pathThatClimbsOut_isRefused() {
    assertThat(refused(directory.resolve("../outside")).found()).startsWith("one outside: ");
  }

  /** As a volume of Kubernetes lies: {@code file -> ..data/file}, {@code ..data -> ..2026}. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_linkWithinTheDirectory_isFine() throws IOException {
    Files.writeString(Files.createDirectory(directory.resolve("..2026")).resolve("f"), "{}");
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026"));

    assertInside(Files.createSymbolicLink(directory.resolve("f"), Path.of("..data/f")));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_directoryReachedByALink_isFine() throws IOException {
    Files.writeString(directory.resolve("f"), "{}");
    Path link = Files.createSymbolicLink(folder.resolve("link"), directory);

    assertThatCode(() -> ModelFiles.requireInside(link, link.resolve("f")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside", "..", "../model2/f"})
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_linkOutside_isRefused(String target) throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("model2")).resolve("f"), "{}");
    Path link = Files.createSymbolicLink(directory.resolve("f"), Path.of(target));

    ModelLoadException e = refused(link);

    assertThat(e.file()).isEqualTo(link);
    assertThat(e.fix()).contains("copy the file into the model directory");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_fileInALinkedFolder_isRefused() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("other")).resolve("model.onnx"), "");
    Files.createSymbolicLink(directory.resolve("onnx"), Path.of("../other"));

    assertThat(refused(directory.resolve("onnx/model.onnx")).found()).startsWith("one outside: ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_linkToNothingOrItself_isRefused() throws IOException {
    Path dangling = Files.createSymbolicLink(directory.resolve("a"), Path.of("nothing"));
    Path loop = Files.createSymbolicLink(directory.resolve("b"), Path.of("b"));

    assertThat(refused(dangling).found()).isEqualTo("a link that leads nowhere");
    assertThat(refused(loop).found()).isEqualTo("a link that leads nowhere");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_snapshotOfTheHub_mayLinkToItsOwnBlobs() throws IOException {
    Path snapshot = snapshot("models--x--y");

    assertInside(snapshot, link(snapshot, "config.json", "../../blobs/1234"));
    Path onnx = Files.createDirectory(snapshot.resolve("onnx"));
    assertInside(snapshot, link(onnx, "model.onnx", "../../../blobs/1234"));
    assertInside(onnx, onnx.resolve("model.onnx"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../outside",
        "../../refs/main",
        "../../blobs",
        "../../blobs/deeper/1234",
        "../../../models--a--b/blobs/1234",
        "../other/config.json",
        "../../blobs/leak"
      })
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_snapshotOfTheHub_mayLinkNowhereElse(String target) throws IOException {
    snapshot("models--a--b");
    Path snapshot = snapshot("models--x--y");
    Path repository = snapshot.resolve("../..").normalize();
    write(repository.resolve("refs/main"));
    write(repository.resolve("blobs/deeper/1234"));
    write(repository.resolve("snapshots/other/config.json"));
    link(repository.resolve("blobs"), "leak", "../../outside");

    assertThat(refused(snapshot, link(snapshot, "f", target)).found()).startsWith("one outside: ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_blobsWithoutTheHubsFolders_areRefused() throws IOException {
    Path snapshot = snapshot("anything");

    refused(snapshot, link(snapshot, "f", "../../blobs/1234"));
  }

  /** A directory cannot declare itself a snapshot: what is above it is the user's. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void requireInside_snapshotInsideTheDirectory_isNoSnapshot() throws IOException {
    Path inner = Files.createDirectories(directory.resolve("models--x--y/snapshots/1"));

    refused(directory, link(inner, "f", "../../../../outside"));
  }

  @Test
  void externalData_thereAndLongEnough_isFine() throws IOException {
    Files.write(directory.resolve("weights.bin"), new byte[20]);
    Files.createDirectory(directory.resolve("sub"));
    Files.write(directory.resolve("sub/weights.bin"), new byte[16]);

    assertThatCode(() -> check("weights.bin", 4)).doesNotThrowAnyException();
    assertThatCode(() -> check("sub/weights.bin", 0)).doesNotThrowAnyException();
    assertThatCode(() -> check("./weights.bin", 0)).doesNotThrowAnyException();
  }

  @Test
  void externalData_missing_namesTheFile() {
    ModelLoadException e = refusedData("weights.bin", 0);

    assertThat(e.file()).isEqualTo(directory.resolve("weights.bin"));
    assertThat(e.expected()).isEqualTo("the external data of model.onnx");
    assertThat(e.found()).isEqualTo("no such file");
  }

  @Test
  void externalData_tooShort_saysHowMuch() throws IOException {
    Files.write(directory.resolve("weights.bin"), new byte[20]);

    assertThat(refusedData("weights.bin", 5).found())
        .isEqualTo("20 bytes where the graph needs 21");
    assertThat(refusedData("weights.bin", 999_999_999_999_999_999L).found())
        .isEqualTo("20 bytes where the graph needs 1000000000000000015");
  }

  @Test
  void externalData_folder_isRefused() throws IOException {
    Files.createDirectory(directory.resolve("weights.bin"));

    assertThat(refusedData("weights.bin", 0).found()).isEqualTo("a directory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "../outside",
        "sub/../../outside",
        "sub/../weights.bin",
        "..",
        "/etc/hostname",
        "//server/share",
        "\\\\server\\share",
        "..\\outside",
        "C:/Windows/win.ini",
        "C:weights.bin",
        "weights.bin:stream",
        "file:///etc/hostname",
        "*/_ORT_MEM_ADDR_/*",
        "weights.bin\u0000.png",
        "weights.bin/",
        "a//b",
        "a\nb"
      })
  void externalData_elsewhere_isRefused(String location) throws IOException {
    Files.write(directory.resolve("weights.bin"), new byte[20]);
    Files.createDirectory(directory.resolve("sub"));

    ModelLoadException e = refusedData(location, 0);

    assertThat(e.file()).isEqualTo(directory.resolve("model.onnx"));
    assertThat(e.found()).contains("external data at \"" + location);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void externalData_linkOutside_isRefused() throws IOException {
    link(directory, "weights.bin", "../outside");

    assertThat(refusedData("weights.bin", 0).found()).startsWith("one outside: ");
  }

  private void check(String location, long offset) throws IOException {
    Path file = directory.resolve("model.onnx");
    Files.write(file, model(8, message().put(5, external("w", 4, location, offset))).toBytes());
    ExternalData.check(directory, OnnxFile.read(file));
  }

  private ModelLoadException refusedData(String location, long offset) {
    ModelLoadException e =
        catchThrowableOfType(ModelLoadException.class, () -> check(location, offset));
    assertThat(e).isNotNull();
    return e;
  }

  private Path snapshot(String repository) throws IOException {
    write(folder.resolve(repository).resolve("blobs/1234"));
    return Files.createDirectories(folder.resolve(repository).resolve("snapshots/abcd"));
  }

  private static void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{}");
  }

  private static Path link(Path directory, String name, String target) throws IOException {
    return Files.createSymbolicLink(directory.resolve(name), Path.of(target));
  }

  private void assertInside(Path file) {
    assertInside(directory, file);
  }

  private static void assertInside(Path directory, Path file) {
    assertThatCode(() -> ModelFiles.requireInside(directory, file)).doesNotThrowAnyException();
  }

  private ModelLoadException refused(Path file) {
    return refused(directory, file);
  }

  private static ModelLoadException refused(Path directory, Path file) {
    ModelLoadException e =
        catchThrowableOfType(
            ModelLoadException.class, () -> ModelFiles.requireInside(directory, file));
    assertThat(e).isNotNull();
    assertThat(e.file()).isEqualTo(file);
    return e;
  }
}

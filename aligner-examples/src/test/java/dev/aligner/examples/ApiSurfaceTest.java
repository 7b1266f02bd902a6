package dev.aligner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Aligner;
import dev.aligner.langchain4j.LangChain4jAligner;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.remote.RemoteAligner;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public API is what api/*.api says. After a change on purpose, run this test with {@code
 * -Dapi.update=true} and commit the difference.
 */
class ApiSurfaceTest {

  @Test
  void coreApi_isWhatTheDumpSays() throws Exception {
    compare("aligner-core", Aligner.class, 20);
  }

  @Test
  void onnxApi_isWhatTheDumpSays() throws Exception {
    compare("aligner-onnx", OnnxAligner.class, 20);
  }

  @Test
  void remoteApi_isWhatTheDumpSays() throws Exception {
    compare("aligner-remote", RemoteAligner.class, 20);
  }

  @Test
  void langchain4jApi_isWhatTheDumpSays() throws Exception {
    compare("aligner-langchain4j", LangChain4jAligner.class, 10);
  }

  private static void compare(String module, Class<?> entryPoint, int moreLinesThan)
      throws Exception {
    String actual = String.join("\n", dump(entryPoint)) + "\n";
    Path file = Path.of("..", "api", module + ".api");
    if (Boolean.getBoolean("api.update")) {
      Files.writeString(file, actual);
    }

    assertThat(actual).isEqualTo(Files.readString(file));
    assertThat(actual.lines().count()).isGreaterThan(moreLinesThan);
  }

  private static List<String> dump(Class<?> entryPoint) throws Exception {
    URI location = entryPoint.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path path = Path.of(location);
    if (Files.isDirectory(path)) {
      return dump(path, entryPoint);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      return dump(jar.getPath("/"), entryPoint);
    }
  }

  private static List<String> dump(Path root, Class<?> entryPoint) throws Exception {
    List<String> lines = new ArrayList<>();
    for (String name : classNames(root)) {
      Class<?> type = Class.forName(name, false, entryPoint.getClassLoader());
      if (isApi(type)) {
        lines.add(describe(type));
        members(type).sorted().forEach(member -> lines.add("  " + member));
      }
    }
    return lines;
  }

  private static List<String> classNames(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
          .filter(file -> !file.contains("/internal/"))
          .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
          .sorted()
          .toList();
    }
  }

  private static boolean isApi(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return isApi(type.getModifiers())
        && !type.isAnonymousClass()
        && (outer == null || isApi(outer));
  }

  private static boolean isApi(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String describe(Class<?> type) {
    List<String> supers =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
            .filter(parent -> parent != Object.class)
            .map(Class::getName)
            .toList();
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    int implied = type.isInterface() ? Modifier.INTERFACE | Modifier.ABSTRACT : 0;
    return Modifier.toString(type.getModifiers() & ~implied)
        + (type.isSealed() ? " sealed " : " ")
        + kind
        + " "
        + type.getName()
        + (supers.isEmpty() ? "" : " : " + String.join(", ", supers));
  }

  private static Stream<String> members(Class<?> type) {
    return Stream.<Member>concat(
            Arrays.stream(type.getDeclaredFields()),
            Stream.concat(
                Arrays.stream(type.getDeclaredConstructors()),
                Arrays.stream(type.getDeclaredMethods())))
        .filter(member -> isApi(member.getModifiers()) && !member.isSynthetic())
        .map(
            member ->
                member instanceof Field field
                    ? field.toGenericString()
                    : ((Executable) member).toGenericString());
  }
}

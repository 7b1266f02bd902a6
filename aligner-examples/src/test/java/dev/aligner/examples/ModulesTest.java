package dev.aligner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Aligner;
import dev.aligner.langchain4j.LangChain4jAligner;
import dev.aligner.model.detox.DetoxModel;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.remote.RemoteAligner;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** What holds between the modules: no package in two of them, and a BOM that lists them all. */
class ModulesTest {

  @Test
  void packages_areSplitBetweenNoModules() throws Exception {
    Set<String> seen = new HashSet<>();
    for (Class<?> entryPoint :
        List.of(
            Aligner.class,
            OnnxAligner.class,
            RemoteAligner.class,
            DetoxModel.class,
            LangChain4jAligner.class)) {
      Set<String> packages = packages(entryPoint);
      assertThat(packages).isNotEmpty().noneMatch(seen::contains);
      seen.addAll(packages);
    }
    assertThat(seen)
        .contains(
            "dev.aligner",
            "dev.aligner.onnx",
            "dev.aligner.remote",
            "dev.aligner.model.detox",
            "dev.aligner.langchain4j");
  }

  @Test
  void bom_hasTheVersionOfTheParentAndAllPublishedModules() throws Exception {
    Document bom = pom("../aligner-bom/pom.xml");
    Document parent = pom("../pom.xml");

    assertThat(child(bom.getDocumentElement(), "version"))
        .isEqualTo(child(parent.getDocumentElement(), "version"));
    Set<String> managed =
        elements(bom, "dependency")
            .map(dependency -> child(dependency, "artifactId"))
            .collect(Collectors.toSet());
    assertThat(managed)
        .containsExactlyInAnyOrder(
            "aligner-core",
            "aligner-onnx",
            "aligner-remote",
            "aligner-model-detox",
            "aligner-langchain4j");
  }

  private static Set<String> packages(Class<?> entryPoint) throws IOException, URISyntaxException {
    Path path = Path.of(entryPoint.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(path)) {
      return packages(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      return packages(jar.getPath("/"));
    }
  }

  private static Set<String> packages(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(file -> root.relativize(file.getParent()).toString())
          .map(name -> name.replace(File.separatorChar, '.').replace('/', '.'))
          .collect(Collectors.toSet());
    }
  }

  private static Document pom(String file) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File(file));
  }

  private static Stream<Element> elements(Document document, String name) {
    var nodes = document.getElementsByTagName(name);
    return Stream.iterate(0, i -> i + 1).limit(nodes.getLength()).map(i -> (Element) nodes.item(i));
  }

  /** Returns the text of a direct child. */
  private static String child(Element parent, String name) {
    var nodes = parent.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i) instanceof Element element && element.getTagName().equals(name)) {
        return element.getTextContent().strip();
      }
    }
    throw new AssertionError("no " + name + " in " + parent.getTagName());
  }
}

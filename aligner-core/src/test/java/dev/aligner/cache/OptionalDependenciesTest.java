package dev.aligner.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The library without Caffeine and Micrometer on the class path. */
class OptionalDependenciesTest {

  @Test
  void core_withoutThem_works() throws Exception {
    Supplier<?> use = inside(WithoutThem.class.getName());

    assertThat(use.get()).isEqualTo("yes!");
  }

  @Test
  void cache_withoutCaffeine_saysWhatIsMissing() throws Exception {
    Supplier<?> use = inside(WithCache.class.getName());

    assertThatThrownBy(use::get)
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessageContaining("caffeine");
  }

  private static Supplier<?> inside(String name) throws Exception {
    Class<?> type = new Without(OptionalDependenciesTest.class.getClassLoader()).loadClass(name);
    return (Supplier<?>) type.getDeclaredConstructor().newInstance();
  }

  /** Loads the library anew, and finds neither of the two. */
  private static final class Without extends ClassLoader {

    Without(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.github.benmanes") || name.startsWith("io.micrometer")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("dev.aligner.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      try (InputStream stream = getResourceAsStream(file)) {
        if (stream == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = stream.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (java.io.IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}

package dev.aligner.onnx.testing;

import dev.aligner.model.BundledModel;

/** A model of a few bytes; its resources lie in src/test/resources/META-INF/aligner. */
public final class CacheFixture extends BundledModel {

  public CacheFixture(String name) {
    super(name);
  }
}

package dev.aligner.onnx;

import java.util.Locale;

/**
 * Which files of a model directory are loaded, where it holds the graphs in several weight formats:
 * those with the suffix that the Hugging Face exporters give a format, as in {@code
 * decoder_model_merged_q4.onnx}.
 */
public enum WeightFormat {

  /** The files without suffix; if there are none, the only format that is there. The default. */
  AUTO(""),
  /** The files without suffix, mostly fp32. */
  FP32(""),
  /** 16-bit floats: {@code _fp16}. */
  FP16("_fp16"),
  /** 8 bits, as the exporter chose: {@code _quantized}. */
  QUANTIZED("_quantized"),
  /** Signed 8 bits: {@code _int8}. */
  INT8("_int8"),
  /** Unsigned 8 bits: {@code _uint8}. */
  UINT8("_uint8"),
  /** 4 bits, the rest fp32: {@code _q4}. */
  Q4("_q4"),
  /** 4 bits, the rest fp16: {@code _q4f16}. */
  Q4F16("_q4f16"),
  /** 4 bits by bitsandbytes: {@code _bnb4}. */
  BNB4("_bnb4");

  private final String suffix;

  WeightFormat(String suffix) {
    this.suffix = suffix;
  }

  /**
   * Returns what the file names of the format end with, before {@code .onnx}.
   *
   * @return the suffix, maybe empty
   */
  public String suffix() {
    return suffix;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

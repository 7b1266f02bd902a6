package dev.aligner.examples.cli;

import dev.aligner.onnx.Device;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says where the model runs. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      description =
          "Where the model runs: cpu, cpu:THREADS, cuda, cuda:NUMBER, or auto for the first GPU if"
              + " it starts; default: cpu.")
  private Device device = Device.cpu();

  /** Returns where the model runs. */
  Device device() {
    return device;
  }

  /** Reads a device. */
  static final class DeviceConverter implements ITypeConverter<Device> {

    private static final Pattern DEVICE = Pattern.compile("(cpu|cuda|auto)(?::(\\d{1,4}))?");

    @Override
    public Device convert(String value) {
      Matcher matcher = DEVICE.matcher(value);
      if (!matcher.matches() || (value.startsWith("auto") && matcher.group(2) != null)) {
        throw unusable(value);
      }
      String number = matcher.group(2);
      try {
        return switch (matcher.group(1)) {
          case "cpu" -> number == null ? Device.cpu() : Device.cpu(Integer.parseInt(number));
          case "cuda" -> Device.cuda(number == null ? 0 : Integer.parseInt(number));
          default -> Device.auto();
        };
      } catch (IllegalArgumentException e) {
        throw unusable(value);
      }
    }

    private static TypeConversionException unusable(String value) {
      return new TypeConversionException(
          "expected cpu, cpu:THREADS, cuda, cuda:NUMBER or auto; found " + value);
    }
  }
}

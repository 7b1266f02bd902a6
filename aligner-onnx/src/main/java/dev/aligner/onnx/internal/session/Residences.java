package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.EngineUnavailableException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.session.binding.BindingUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses where caches lie. */
final class Residences {

  private static final Logger log = LoggerFactory.getLogger(Residences.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private Residences() {}

  /**
   * Opens the memory for caches.
   *
   * @param session the session whose caches they are
   * @param device where it runs
   * @param residency what is asked for
   * @param buffers the memory of the process
   * @return the memory; the caller closes it
   * @throws EngineUnavailableException if memory of the device is asked for and cannot be had
   */
  static Residence open(
      OrtEnvironment environment,
      ModelSession session,
      Device device,
      Residency residency,
      DirectBuffers buffers) {
    return open(
        environment,
        device,
        residency,
        buffers,
        () -> DeviceResidence.open(environment, session, device, residency.limit()));
  }

  /** Chooses, whatever way memory of the device is opened in. */
  static Residence open(
      OrtEnvironment environment,
      Device device,
      Residency residency,
      DirectBuffers buffers,
      Opening opening) {
    boolean onDevice =
        switch (residency.kind()) {
          case AUTO -> device instanceof Device.Cuda;
          case HOST -> false;
          case DEVICE -> true;
        };
    if (!onDevice) {
      return new HostResidence(environment, buffers);
    }
    try {
      return opening.open();
    } catch (BindingUnavailableException e) {
      if (residency.kind() == Residency.Kind.DEVICE) {
        throw new EngineUnavailableException(message(environment, device, e), e);
      }
      if (WARNED.compareAndSet(false, true)) {
        log.warn("{}", message(environment, device, e), e);
      }
      return new HostResidence(environment, buffers);
    }
  }

  /** Opens the memory of a device. */
  @FunctionalInterface
  interface Opening {
    Residence open() throws BindingUnavailableException;
  }

  private static String message(
      OrtEnvironment environment, Device device, BindingUnavailableException e) {
    return "caches cannot stay on "
        + device
        + ", each step takes them there and back, which is several times slower: found ONNX Runtime "
        + environment.getVersion()
        + ", where "
        + e.getMessage()
        + ". Fix: use the version that this library is tested with, and open the package"
        + " ai.onnxruntime to it if it is in a named module";
  }
}

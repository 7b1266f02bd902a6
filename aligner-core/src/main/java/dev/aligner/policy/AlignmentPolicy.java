package dev.aligner.policy;

import dev.aligner.event.AlignmentListener;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All choices about how answers are corrected in an application: whose, which, what is accepted,
 * what happens on failure, and who hears of it. One policy serves any number of aligners and
 * models.
 *
 * <pre>{@code
 * AlignmentPolicy policy =
 *     AlignmentPolicy.builder()
 *         .timeout(Duration.ofSeconds(2))
 *         .onFailure(FailurePolicy.returnOriginal().with(OVERLOAD, THROW))
 *         .listener(auditLog)
 *         .build();
 * }</pre>
 *
 * <p>Immutable and thread-safe, as what it holds is.
 */
public final class AlignmentPolicy {

  private static final AlignmentPolicy DEFAULTS = builder().build();

  private final Mode mode;
  private final CorrectionGate gate;
  private final AcceptanceCheck acceptance;
  private final FailurePolicy onFailure;
  private final StreamDelivery streams;
  private final AlignmentListener listener;
  private final int maxPasses;
  private final @Nullable Duration timeout;
  private final @Nullable CorrectionCache cache;

  private AlignmentPolicy(Builder builder) {
    this.mode = builder.mode;
    this.gate = builder.gate;
    this.acceptance = builder.acceptance;
    this.onFailure = builder.onFailure;
    this.streams = builder.streams;
    this.listener = builder.listener;
    this.maxPasses = builder.maxPasses;
    this.timeout = builder.timeout;
    this.cache = builder.cache;
  }

  /**
   * Starts a policy; what is not set has its default.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the policy of all defaults: every answer is corrected, but for those that {@link
   * CorrectionGate#ofDefaults()} rejects, in one pass and without a timeout; {@link
   * AcceptanceCheck#ofDefaults()} has to accept it; whatever fails, the original answer is
   * returned; streams are buffered.
   *
   * @return the policy
   */
  public static AlignmentPolicy ofDefaults() {
    return DEFAULTS;
  }

  /**
   * Returns whose answers are corrected.
   *
   * @return the mode
   */
  public Mode mode() {
    return mode;
  }

  /**
   * Returns which answers are corrected.
   *
   * @return the gate
   */
  public CorrectionGate gate() {
    return gate;
  }

  /**
   * Returns what judges corrections.
   *
   * @return the check
   */
  public AcceptanceCheck acceptance() {
    return acceptance;
  }

  /**
   * Returns what happens when a correction fails.
   *
   * @return the failure policy
   */
  public FailurePolicy onFailure() {
    return onFailure;
  }

  /**
   * Returns what readers of streams see.
   *
   * @return the delivery
   */
  public StreamDelivery streams() {
    return streams;
  }

  /**
   * Returns who hears of every answer.
   *
   * @return the listener
   */
  public AlignmentListener listener() {
    return listener;
  }

  /**
   * Returns how often the aligner may be asked about one answer.
   *
   * @return the number of passes, 1 or more
   */
  public int maxPasses() {
    return maxPasses;
  }

  /**
   * Returns how long a correction may take.
   *
   * @return the timeout, or empty for no bound
   */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /**
   * Returns what remembers corrections.
   *
   * @return the cache, or empty for none
   */
  public Optional<CorrectionCache> cache() {
    return Optional.ofNullable(cache);
  }

  /** Collects choices; all are optional. Not thread-safe. It stays usable after {@link #build}. */
  public static final class Builder {

    private Mode mode = Mode.enforce();
    private CorrectionGate gate = CorrectionGate.ofDefaults();
    private AcceptanceCheck acceptance = AcceptanceCheck.ofDefaults();
    private FailurePolicy onFailure = FailurePolicy.returnOriginal();
    private StreamDelivery streams = StreamDelivery.buffer();
    private AlignmentListener listener = AlignmentListener.none();
    private int maxPasses = 1;
    private @Nullable Duration timeout;
    private @Nullable CorrectionCache cache;

    private Builder() {}

    /**
     * Sets whose answers are corrected. Default: {@link Mode#enforce()}.
     *
     * @param mode the mode
     * @return this builder
     */
    public Builder mode(Mode mode) {
      this.mode = Objects.requireNonNull(mode, "mode");
      return this;
    }

    /**
     * Sets which answers are corrected, instead of the default {@link CorrectionGate#ofDefaults()};
     * {@code CorrectionGate.ofDefaults().and(more)} keeps it.
     *
     * @param gate the gate
     * @return this builder
     */
    public Builder gate(CorrectionGate gate) {
      this.gate = Objects.requireNonNull(gate, "gate");
      return this;
    }

    /**
     * Sets what judges corrections, instead of the default {@link AcceptanceCheck#ofDefaults()};
     * {@code AcceptanceCheck.ofDefaults().and(more)} keeps it.
     *
     * @param check the check
     * @return this builder
     */
    public Builder acceptance(AcceptanceCheck check) {
      this.acceptance = Objects.requireNonNull(check, "check");
      return this;
    }

    /**
     * Sets what happens when a correction fails. Default: {@link FailurePolicy#returnOriginal()}.
     *
     * @param policy the failure policy
     * @return this builder
     */
    public Builder onFailure(FailurePolicy policy) {
      this.onFailure = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets what readers of streams see. Default: {@link StreamDelivery#buffer()}.
     *
     * @param delivery the delivery
     * @return this builder
     */
    public Builder streams(StreamDelivery delivery) {
      this.streams = Objects.requireNonNull(delivery, "delivery");
      return this;
    }

    /**
     * Sets who hears of every answer. Default: {@link AlignmentListener#none()}.
     *
     * @param listener the listener; {@link AlignmentListener#all} tells several
     * @return this builder
     */
    public Builder listener(AlignmentListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets how often the aligner may be asked about one answer: the correction is corrected again
     * until nothing changes. Default: 1.
     *
     * @param most the number of passes, 1 to 16
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder maxPasses(int most) {
      if (most < 1 || most > 16) {
        throw new IllegalArgumentException("expected 1 to 16 passes; found " + most);
      }
      this.maxPasses = most;
      return this;
    }

    /**
     * Sets how long the correction of an answer may take, all passes and the time in the engine's
     * queue included; of a stream by segments, of each segment. The engine looks at the time at
     * each step of its model. Default: no bound.
     *
     * @param timeout the time; above 0
     * @return this builder
     * @throws IllegalArgumentException if it is not above 0
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("expected a timeout above 0; found " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * Sets what remembers corrections. Default: nothing does.
     *
     * @param cache the cache; policies may share one
     * @return this builder
     */
    public Builder cache(CorrectionCache cache) {
      this.cache = Objects.requireNonNull(cache, "cache");
      return this;
    }

    /**
     * Makes the policy.
     *
     * @return the policy
     * @throws IllegalArgumentException if the streams are {@link StreamDelivery#bufferThenLive()},
     *     and there are acceptance checks or several passes
     */
    public AlignmentPolicy build() {
      boolean judgedLater = acceptance != AcceptanceCheck.none() || maxPasses > 1;
      if (streams == StreamDelivery.bufferThenLive() && judgedLater) {
        throw new IllegalArgumentException(
            "expected one pass and no acceptance checks, since what is shown while it is written"
                + " cannot be taken back; found "
                + (maxPasses > 1 ? "up to " + maxPasses + " passes" : "acceptance checks")
                + ". Fix: streams(StreamDelivery.buffer()), or"
                + " acceptance(AcceptanceCheck.none()).maxPasses(1)");
      }
      return new AlignmentPolicy(this);
    }
  }
}

package dev.aligner.dataset;

import dev.aligner.policy.AcceptanceCheck;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All choices about a dataset: what its rows look like, which rows are taken, and how often a text
 * may have been corrected by a model.
 *
 * <p>Immutable and thread-safe, as what it holds is.
 */
public final class DatasetOptions {

  private final Set<DatasetFormat> formats;
  private final Deduplication deduplication;
  private final double minEditRatio;
  private final double maxEditRatio;
  private final String acceptanceName;
  private final AcceptanceCheck acceptance;
  private final int maxCharacters;
  private final int allowedRounds;
  private final double share;
  private final long seed;
  private final @Nullable Path rejects;

  private DatasetOptions(Builder builder) {
    this.formats = Collections.unmodifiableSet(EnumSet.copyOf(builder.formats));
    this.deduplication = builder.deduplication;
    this.minEditRatio = builder.minEditRatio;
    this.maxEditRatio = builder.maxEditRatio;
    this.acceptanceName = builder.acceptanceName;
    this.acceptance = builder.acceptance;
    this.maxCharacters = builder.maxCharacters;
    this.allowedRounds = builder.allowedRounds;
    this.share = builder.share;
    this.seed = builder.seed;
    this.rejects = builder.rejects;
  }

  /**
   * Starts options; what is not set has its default.
   *
   * @param format what the rows look like
   * @param more further formats, each of which gets a file of its own out of the same corrections
   * @return a builder
   * @throws IllegalArgumentException if {@link DatasetFormat#IDENTITY} is one of several: it needs
   *     no corrections
   */
  public static Builder builder(DatasetFormat format, DatasetFormat... more) {
    return new Builder(EnumSet.of(format, more));
  }

  /**
   * Returns what the rows look like.
   *
   * @return an unmodifiable set, never empty
   */
  public Set<DatasetFormat> formats() {
    return formats;
  }

  /**
   * Returns which rows count as the same.
   *
   * @return the deduplication
   */
  public Deduplication deduplication() {
    return deduplication;
  }

  /**
   * Returns the least edit ratio of a row that is taken.
   *
   * @return 0 or more
   */
  public double minEditRatio() {
    return minEditRatio;
  }

  /**
   * Returns the greatest edit ratio of a row that is taken.
   *
   * @return the ratio, infinite for no bound
   */
  public double maxEditRatio() {
    return maxEditRatio;
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
   * Returns the name under which the check stands in the provenance.
   *
   * @return the name
   */
  public String acceptanceName() {
    return acceptanceName;
  }

  /**
   * Returns how long each text of a row may be.
   *
   * @return the number of characters, 1 or more
   */
  public int maxCharacters() {
    return maxCharacters;
  }

  /**
   * Returns how often a model may have corrected a text that goes into the dataset.
   *
   * @return the number of rounds, 1 or more
   */
  public int allowedRounds() {
    return allowedRounds;
  }

  /**
   * Returns which part of the rows an identity set takes.
   *
   * @return the share, above 0 and at most 1
   */
  public double share() {
    return share;
  }

  /**
   * Returns what tells samples of an identity set apart.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /**
   * Returns where the rows go that are not taken.
   *
   * @return the file, or empty for nowhere
   */
  public Optional<Path> rejects() {
    return Optional.ofNullable(rejects);
  }

  /** Tells whether nothing but identity rows is made, for which no model is asked. */
  boolean isIdentity() {
    return formats.contains(DatasetFormat.IDENTITY);
  }

  /** Collects choices; all are optional. Not thread-safe. It stays usable after {@link #build}. */
  public static final class Builder {

    private final EnumSet<DatasetFormat> formats;
    private Deduplication deduplication = Deduplication.NORMALIZED;
    private double minEditRatio;
    private double maxEditRatio = Double.POSITIVE_INFINITY;
    private String acceptanceName = "defaults";
    private AcceptanceCheck acceptance = AcceptanceCheck.ofDefaults();
    private int maxCharacters = 20_000;
    private int allowedRounds = 1;
    private double share = 1;
    private long seed;
    private @Nullable Path rejects;

    private Builder(EnumSet<DatasetFormat> formats) {
      this.formats = formats;
      if (formats.contains(DatasetFormat.IDENTITY) && formats.size() > 1) {
        throw new IllegalArgumentException(
            "expected the format identity alone, since it needs no corrections; found others beside"
                + " it. Fix: make an identity set by a run of its own");
      }
    }

    /**
     * Sets which rows count as the same. Default: {@link Deduplication#NORMALIZED}.
     *
     * @param deduplication the deduplication
     * @return this builder
     */
    public Builder deduplication(Deduplication deduplication) {
      this.deduplication = Objects.requireNonNull(deduplication, "deduplication");
      return this;
    }

    /**
     * Sets the least {@link dev.aligner.Correction#editRatio()} of a row that is taken; what is
     * below is left out as {@code edited_too_little}. Default: 0.
     *
     * @param least the ratio; 0 or more
     * @return this builder
     * @throws IllegalArgumentException if it is negative or no number
     */
    public Builder minEditRatio(double least) {
      if (!(least >= 0)) {
        throw new IllegalArgumentException("expected an edit ratio of 0 or more; found " + least);
      }
      this.minEditRatio = least;
      return this;
    }

    /**
     * Sets the greatest {@link dev.aligner.Correction#editRatio()} of a row that is taken; what is
     * above is left out as {@code edited_too_much}. Default: no bound.
     *
     * @param most the ratio; above 0
     * @return this builder
     * @throws IllegalArgumentException if it is not above 0
     */
    public Builder maxEditRatio(double most) {
      if (!(most > 0)) {
        throw new IllegalArgumentException("expected an edit ratio above 0; found " + most);
      }
      this.maxEditRatio = most;
      return this;
    }

    /**
     * Sets what judges corrections that changed something; what it rejects is left out under its
     * reason. Default: {@link AcceptanceCheck#ofDefaults()}, named {@code defaults}.
     *
     * @param name what the provenance calls the check; a run goes on only under the same name
     * @param check the check
     * @return this builder
     */
    public Builder acceptance(String name, AcceptanceCheck check) {
      this.acceptanceName = Objects.requireNonNull(name, "name");
      this.acceptance = Objects.requireNonNull(check, "check");
      return this;
    }

    /**
     * Sets how long each text of a row may be; rows with a longer one are left out as {@code
     * too_long}. Default: 20,000, as in {@link dev.aligner.policy.CorrectionGate#ofDefaults()}. The
     * time that an edit ratio takes grows with the square of it.
     *
     * @param most the number of characters; at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder maxCharacters(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("expected at least 1 character; found " + most);
      }
      this.maxCharacters = most;
      return this;
    }

    /**
     * Sets how often a model may have corrected a text that goes into the dataset, this time
     * included. An input that is corrected text itself is refused unless this allows one round more
     * than its own: training on corrections of corrections amplifies what the aligner is wrong
     * about. Default: 1.
     *
     * @param most the number of rounds; at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder allowedRounds(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("expected at least 1 round; found " + most);
      }
      this.allowedRounds = most;
      return this;
    }

    /**
     * Sets which part of the rows an identity set takes. Each row is taken or not by a hash of its
     * texts and the seed, so the share is met on average, whatever the order of the rows. Default:
     * 1.
     *
     * @param share the share; above 0 and at most 1
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder share(double share) {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "expected a share above 0 and at most 1; found " + share);
      }
      this.share = share;
      return this;
    }

    /**
     * Sets what tells samples of an identity set apart. Default: 0.
     *
     * @param seed any number
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets a file for the rows that are not taken, those that failed included: one JSON object a
     * line, with {@code line}, {@code reason} and what texts there are. A row that one format takes
     * and another does not is among them. Default: they are counted, but go nowhere.
     *
     * @param file the file; replaced when the run is done
     * @return this builder
     */
    public Builder rejects(Path file) {
      this.rejects = Objects.requireNonNull(file, "file");
      return this;
    }

    /**
     * Makes the options.
     *
     * @return the options
     * @throws IllegalArgumentException if the least edit ratio is above the greatest, if an
     *     identity set has bounds of edit ratios, or if another one has a share
     */
    public DatasetOptions build() {
      if (minEditRatio > maxEditRatio) {
        throw new IllegalArgumentException(
            "expected a least edit ratio of at most the greatest, "
                + maxEditRatio
                + "; found "
                + minEditRatio);
      }
      boolean identity = formats.contains(DatasetFormat.IDENTITY);
      if (identity && (minEditRatio > 0 || maxEditRatio < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "expected no bounds of edit ratios for identity rows, in which nothing is edited;"
                + " found one");
      }
      if (!identity && share < 1) {
        throw new IllegalArgumentException(
            "expected a share for the format identity alone; found one for another format");
      }
      return new DatasetOptions(this);
    }
  }
}

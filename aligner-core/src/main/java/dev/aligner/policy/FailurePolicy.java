package dev.aligner.policy;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a caller gets when a correction fails, by the class of the failure. Whatever it says, each
 * failure is counted, told to the listener, and the first of each class is logged.
 *
 * <p>Immutable and thread-safe. Two policies are equal if they do the same.
 */
public final class FailurePolicy {

  private static final FailurePolicy RETURN_ORIGINAL =
      new FailurePolicy(all(FailureAction.RETURN_ORIGINAL));
  private static final FailurePolicy THROW = new FailurePolicy(all(FailureAction.THROW));

  private final Map<FailureClass, FailureAction> actions;

  private FailurePolicy(Map<FailureClass, FailureAction> actions) {
    this.actions = Collections.unmodifiableMap(actions);
  }

  /**
   * Returns the policy that no failure is the caller's: the original answer is returned. The
   * default, for aligners that make good answers better.
   *
   * @return the policy
   */
  public static FailurePolicy returnOriginal() {
    return RETURN_ORIGINAL;
  }

  /**
   * Returns the policy that an answer which could not be corrected is not shown: the exception is
   * thrown. For aligners that keep harm away.
   *
   * @return the policy
   */
  public static FailurePolicy throwing() {
    return THROW;
  }

  /**
   * Returns a policy with another action for one class.
   *
   * @param failure the class
   * @param action what the caller gets
   * @return a policy that differs from this one in that alone
   * @throws IllegalArgumentException for {@link FailureClass#CANCELLED}, which is always thrown:
   *     who cancels wants no answer
   */
  public FailurePolicy with(FailureClass failure, FailureAction action) {
    if (failure == FailureClass.CANCELLED && action != FailureAction.THROW) {
      throw new IllegalArgumentException(
          "expected THROW for CANCELLED, since who cancels wants no answer; found " + action);
    }
    Map<FailureClass, FailureAction> changed = new EnumMap<>(actions);
    changed.put(failure, action);
    return new FailurePolicy(changed);
  }

  /**
   * Returns what the caller gets.
   *
   * @param failure the class
   * @return the action
   */
  public FailureAction action(FailureClass failure) {
    FailureAction action = actions.get(failure);
    return action == null ? FailureAction.THROW : action;
  }

  private static Map<FailureClass, FailureAction> all(FailureAction action) {
    Map<FailureClass, FailureAction> actions = new EnumMap<>(FailureClass.class);
    for (FailureClass failure : FailureClass.values()) {
      actions.put(failure, failure == FailureClass.CANCELLED ? FailureAction.THROW : action);
    }
    return actions;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FailurePolicy that && actions.equals(that.actions);
  }

  @Override
  public int hashCode() {
    return actions.hashCode();
  }

  @Override
  public String toString() {
    return "FailurePolicy" + actions;
  }
}

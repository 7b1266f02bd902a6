package dev.aligner.onnx.internal.batch;

import dev.aligner.onnx.Batching;
import java.util.List;

/**
 * Which jobs are put together.
 *
 * @param merges whether any are
 * @param batching how large a run may be
 * @param mixed whether a run may hold prompts of different lengths
 */
record MergeRule(boolean merges, Batching batching, boolean mixed) {

  /**
   * Tells whether a job may join others.
   *
   * @param members those that are together already; at least one
   * @param next the job
   * @return true if all of them may be together
   */
  boolean fits(List<Ticket> members, Ticket next) {
    Ticket first = members.get(0);
    return merges
        && isSociable(first)
        && isSociable(next)
        && first.job.isLike(next.job)
        && isSmallEnough(members, next)
        && isEvenEnough(members, next);
  }

  private static boolean isSociable(Ticket ticket) {
    return !ticket.alone && !ticket.stopped && ticket.job.isSociable();
  }

  private boolean isSmallEnough(List<Ticket> members, Ticket next) {
    int rows = next.prompts();
    long bytes = next.cacheBytes;
    for (Ticket member : members) {
      rows += member.prompts();
      bytes = Math.max(bytes, member.cacheBytes);
    }
    return rows <= batching.maxRows() && rows * bytes <= batching.memoryBudget();
  }

  /** Of what is read, at most half may be padding. */
  private boolean isEvenEnough(List<Ticket> members, Ticket next) {
    Lengths lengths = Lengths.of(next);
    for (Ticket member : members) {
      lengths = lengths.plus(Lengths.of(member));
    }
    return mixed
        ? 2 * lengths.sum >= (long) lengths.count * lengths.longest
        : lengths.shortest == lengths.longest;
  }

  /** How long some prompts are. */
  private record Lengths(int count, long sum, int shortest, int longest) {

    static Lengths of(Ticket ticket) {
      Lengths all = new Lengths(0, 0, Integer.MAX_VALUE, 0);
      for (int[] prompt : ticket.job.prompts()) {
        all = all.plus(new Lengths(1, prompt.length, prompt.length, prompt.length));
      }
      return all;
    }

    Lengths plus(Lengths other) {
      return new Lengths(
          count + other.count,
          sum + other.sum,
          Math.min(shortest, other.shortest),
          Math.max(longest, other.longest));
    }
  }
}

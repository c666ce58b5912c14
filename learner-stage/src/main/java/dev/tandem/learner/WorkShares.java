package dev.tandem.learner;

import dev.tandem.learner.batch.GroupSummary;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rank computes which group. All ranks wait for each other at every optimizer step, so each
 * mini-batch is shared out on its own: the largest group first, each to the rank that has the least
 * to do in the mini-batch so far, then the least over all, then the lowest number. A group stays
 * with its rank in later epochs, whose mini-batches are other ones: they are as even as chance
 * makes them.
 */
final class WorkShares {
  private static final Comparator<GroupSummary> LARGEST_FIRST =
      Comparator.comparingLong(GroupSummary::work).reversed().thenComparing(GroupSummary.ORDER);

  private WorkShares() {}

  /**
   * The rank of each group by its identity.
   *
   * @param miniBatches of the first epoch
   */
  static Map<String, Integer> of(List<List<GroupSummary>> miniBatches, int ranks) {
    Map<String, Integer> shares = new HashMap<>();
    long[] all = new long[ranks];
    for (List<GroupSummary> miniBatch : miniBatches) {
      long[] loads = new long[ranks];
      for (GroupSummary group : miniBatch.stream().sorted(LARGEST_FIRST).toList()) {
        int rank = leastLoaded(loads, all);
        shares.put(group.groupId(), rank);
        loads[rank] += group.work();
        all[rank] += group.work();
      }
    }
    return shares;
  }

  private static int leastLoaded(long[] loads, long[] all) {
    int least = 0;
    for (int rank = 1; rank < loads.length; rank++) {
      boolean less =
          loads[rank] < loads[least] || (loads[rank] == loads[least] && all[rank] < all[least]);
      if (less) {
        least = rank;
      }
    }
    return least;
  }
}

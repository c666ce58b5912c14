package dev.tandem.pairs;

import java.util.stream.IntStream;

/** Images linked by being nearly the same, directly or through others: disjoint sets of indexes. */
final class DuplicateGroups {
  private final int[] parents;

  DuplicateGroups(int size) {
    parents = IntStream.range(0, size).toArray();
  }

  int size() {
    return parents.length;
  }

  /** The first image of the group that this one belongs to. */
  int first(int index) {
    int at = index;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  /**
   * Makes one group of the groups of both.
   *
   * @return whether they were two
   */
  boolean link(int one, int other) {
    int first = first(one);
    int second = first(other);
    parents[Math.max(first, second)] = Math.min(first, second);
    return first != second;
  }

  /** Takes in the links of the other, over the same indexes. */
  void linkAll(DuplicateGroups other) {
    for (int i = 0; i < parents.length; i++) {
      link(i, other.first(i));
    }
  }

  /** Whether the image is not the first of its group. */
  boolean isDuplicate(int index) {
    return first(index) != index;
  }

  /** The number of images that are not the first of their group. */
  long duplicates() {
    return IntStream.range(0, size()).filter(this::isDuplicate).count();
  }
}

package dev.tandem.policy.tokenizer;

/** Two neighbouring tokens that become one. */
record Merge(String left, String right) implements Comparable<Merge> {
  String merged() {
    return left + right;
  }

  /** By the left token, then by the right one: the order that breaks ties between counts. */
  @Override
  public int compareTo(Merge other) {
    int byLeft = left.compareTo(other.left);
    return byLeft != 0 ? byLeft : right.compareTo(other.right);
  }
}

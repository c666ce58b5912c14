package dev.tandem.policy.bagel;

/**
 * Hands out token ids by falling log-probability, equal ones by rising id: a binary heap, because
 * few of many tokens are asked for. Reusable; not thread-safe.
 */
final class RankedTokens {
  private final int[] heap;
  private double[] logProbs = {};
  private int size;

  RankedTokens(int vocabulary) {
    this.heap = new int[vocabulary];
  }

  /** Begins anew. The values must not change until the last token was asked for. */
  void order(double[] values) {
    logProbs = values;
    size = heap.length;
    for (int i = 0; i < size; i++) {
      heap[i] = i;
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /** The next token; at most as many as the vocabulary has. */
  int next() {
    int token = heap[0];
    heap[0] = heap[--size];
    sink(0);
    return token;
  }

  private void sink(int place) {
    int token = heap[place];
    int hole = place;
    int child = 2 * hole + 1;
    while (child < size) {
      if (child + 1 < size && precedes(heap[child + 1], heap[child])) {
        child++;
      }
      if (!precedes(heap[child], token)) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
      child = 2 * hole + 1;
    }
    heap[hole] = token;
  }

  private boolean precedes(int a, int b) {
    return logProbs[a] > logProbs[b] || (logProbs[a] == logProbs[b] && a < b);
  }
}

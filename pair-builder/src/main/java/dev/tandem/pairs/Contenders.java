package dev.tandem.pairs;

import java.util.Arrays;

/**
 * The best columns of each row, exactly, found by inexact scores. {@link #scan} takes in every
 * column whose score may belong to the best as far as the error allows; {@link #settle} computes
 * the exact scores of these few and leaves the best: highest score first, ties to the lower id. The
 * result depends on neither the kernel nor the blocks in which columns are scanned.
 *
 * <p>Lists are primitive and grow only while more columns contend than were dropped.
 */
final class Contenders {
  /** Stands for "no limit". */
  static final int ALL = Integer.MAX_VALUE;

  private static final int SMALLEST = 16;

  /** The exact score of a column for a row. */
  interface ExactScore {
    double of(int row, int column);
  }

  private final int limit;
  private final double[] least;
  private final double[] errors;
  private final float[] floors;
  private final double[][] scores;
  private final int[][] ids;
  private final int[] settled;
  private final int[] sizes;

  /**
   * @param errors per row, how far a scanned score may be from the exact one
   * @param limit how many to keep of each row, or {@link #ALL}
   * @param least per row, the smallest exact score that counts
   */
  Contenders(double[] errors, int limit, double[] least) {
    int rows = errors.length;
    this.limit = limit;
    this.least = least;
    this.errors = errors;
    this.floors = new float[rows];
    this.scores = new double[rows][];
    this.ids = new int[rows][];
    this.settled = new int[rows];
    this.sizes = new int[rows];
    int capacity = (int) Math.min(4L * limit, SMALLEST);
    for (int row = 0; row < rows; row++) {
      floors[row] = floor(least[row] - errors[row]);
      scores[row] = new double[capacity];
      ids[row] = new int[capacity];
    }
  }

  /**
   * Takes in columns.
   *
   * @param products {@code [rows, width]}
   * @param handicaps subtracted from the products, by column from {@code from}
   * @param from the first column's id until {@link #settle}
   */
  void scan(float[] products, int width, float[] handicaps, int from) {
    for (int row = 0; row < sizes.length; row++) {
      float floor = floors[row];
      int offset = row * width;
      for (int column = 0; column < width; column++) {
        float score = products[offset + column] - handicaps[from + column];
        if (score >= floor) {
          add(row, score, from + column);
          floor = floors[row];
        }
      }
    }
  }

  private void add(int row, double score, int id) {
    if (sizes[row] == ids[row].length) {
      makeRoom(row);
    }
    scores[row][sizes[row]] = score;
    ids[row][sizes[row]++] = id;
  }

  /** Takes in one column whose score is exact; not between {@link #scan} and {@link #settle}. */
  void offer(int row, double score, int id) {
    if (score >= least[row]) {
      if (sizes[row] == ids[row].length) {
        makeRoom(row);
      }
      sizes[row] = place(row, sizes[row], score, id);
      settled[row] = sizes[row];
    }
  }

  private void makeRoom(int row) {
    if (sizes[row] > limit) {
      dropHopeless(row);
    }
    if (sizes[row] > ids[row].length / 2) {
      scores[row] = Arrays.copyOf(scores[row], 2 * scores[row].length);
      ids[row] = Arrays.copyOf(ids[row], 2 * ids[row].length);
    }
  }

  /** Both the score that is the limit's last and the one compared with it may be off. */
  private void dropHopeless(int row) {
    double[] sorted = Arrays.copyOf(scores[row], sizes[row]);
    Arrays.sort(sorted);
    double floor = sorted[sizes[row] - limit] - 2 * errors[row];
    floors[row] = Math.max(floors[row], floor(floor));
    int kept = settled[row];
    for (int i = kept; i < sizes[row]; i++) {
      if (scores[row][i] >= floors[row]) {
        scores[row][kept] = scores[row][i];
        ids[row][kept++] = ids[row][i];
      }
    }
    sizes[row] = kept;
  }

  /**
   * Replaces the scores taken in since the last call by exact ones and drops all but the best.
   *
   * @param exact by row and by the column's id as scanned
   * @param names the ids by which the columns are known from now on
   */
  void settle(ExactScore exact, int[] names) {
    for (int row = 0; row < sizes.length; row++) {
      int kept = settled[row];
      if (kept < sizes[row] && limit < sizes[row]) {
        dropHopeless(row); // an exact score costs more than the sorting of some inexact ones
      }
      for (int i = kept; i < sizes[row]; i++) {
        double score = exact.of(row, ids[row][i]);
        if (score >= least[row]) {
          kept = place(row, kept, score, names[ids[row][i]]);
        }
      }
      settled[row] = kept;
      sizes[row] = kept;
      if (kept == limit) {
        floors[row] = Math.max(floors[row], floor(scores[row][kept - 1] - errors[row]));
      }
    }
  }

  /** Puts a column among the best of its row, in order; without a limit order is left to others. */
  private int place(int row, int size, double score, int id) {
    double[] rowScores = scores[row];
    int[] rowIds = ids[row];
    int at = size;
    if (limit != ALL) {
      while (at > 0 && precedes(score, id, rowScores[at - 1], rowIds[at - 1])) {
        at--;
      }
      if (at == limit) {
        return size;
      }
      int moved = Math.min(size, limit - 1) - at;
      System.arraycopy(rowScores, at, rowScores, at + 1, moved);
      System.arraycopy(rowIds, at, rowIds, at + 1, moved);
    }
    rowScores[at] = score;
    rowIds[at] = id;
    return Math.min(size + 1, limit);
  }

  /** Whether the first column comes before the other: by score, then by id. */
  static boolean precedes(double score, int id, double otherScore, int otherId) {
    return score > otherScore || (score == otherScore && id < otherId);
  }

  /** Adds what is left as edges of the rows, whose indexes are given. */
  void addTo(Edges edges, int[] indexes) {
    for (int row = 0; row < settled.length; row++) {
      for (int place = 0; place < settled[row]; place++) {
        edges.add(indexes[row], ids[row][place], scores[row][place]);
      }
    }
  }

  /** How many columns of a row are left. */
  int size(int row) {
    return settled[row];
  }

  int id(int row, int place) {
    return ids[row][place];
  }

  double score(int row, int place) {
    return scores[row][place];
  }

  /** The float at or below the number. */
  private static float floor(double number) {
    float rounded = (float) number;
    return rounded > number ? Math.nextDown(rounded) : rounded;
  }
}

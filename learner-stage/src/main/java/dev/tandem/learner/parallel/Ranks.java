package dev.tandem.learner.parallel;

import java.io.Serializable;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The processes that make one update together, seen by one of them. Every rank calls the same
 * methods in the same order; a call returns when all have made it.
 */
public interface Ranks extends AutoCloseable {

  /** One process that needs no other. */
  Ranks ALONE = new Alone();

  /** Which one this is, from 0. */
  int rank();

  /** How many there are. */
  int count();

  /**
   * Tells all ranks something.
   *
   * @return what each had to say, by rank
   * @throws RankException if a rank does not come in time
   */
  <T extends Serializable> List<T> gather(T mine);

  /**
   * Replaces each tensor, on every rank, by the sum over all ranks, with the same bits on each.
   *
   * @param tensors of the same shapes on every rank
   * @throws RankException if a rank does not come in time or is lost
   */
  void sum(List<Tensor> tensors);

  @Override
  void close();
}

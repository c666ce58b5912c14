package dev.tandem.pairs;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The pairs of a population: which medoids are aligned, which edges were taken.
 *
 * @param aligned indexes of the medoids that became pairs, ascending by cluster
 * @param retrieved the edges that became pairs
 * @param medoids the clusters
 * @param counts what the summary says
 */
record Pairing(
    List<Integer> aligned, List<Edge> retrieved, Medoids medoids, PairSummary.Pairing counts) {

  static Pairing of(EmbeddedImages images, Population population, PairConfig config) {
    int clusters = config.clustersFor(population.size());
    Medoids medoids = images.cluster(population, clusters, config.seed());
    List<Integer> aligned = new ArrayList<>();
    int empty = 0;
    int incomplete = 0;
    for (int medoid : medoids.indexes()) {
      if (medoid == Medoids.NONE) {
        empty++;
      } else if (population.member(medoid).complete()) {
        aligned.add(medoid);
      } else {
        incomplete++;
      }
    }
    Retrieval retrieval = new Retrieval(config.threshold(), config.candidates());
    List<Edge> edges =
        images.edges(retrieval, free(population, aligned, true), free(population, aligned, false));
    List<Edge> retrieved = config.matching().match(edges, config.perGeneration());
    int generation = population.generationSize();
    return new Pairing(
        aligned,
        retrieved,
        medoids,
        new PairSummary.Pairing(
            generation,
            population.size() - generation,
            population.duplicates(),
            clusters,
            empty,
            incomplete,
            edges.size(),
            aligned.size(),
            retrieved.size()));
  }

  /** The members of one side that are not yet in a pair. */
  private static BitSet free(Population population, List<Integer> aligned, boolean generation) {
    BitSet free = new BitSet(population.size());
    for (int i = 0; i < population.size(); i++) {
      free.set(i, population.member(i).generation() == generation);
    }
    aligned.forEach(free::clear);
    return free;
  }
}

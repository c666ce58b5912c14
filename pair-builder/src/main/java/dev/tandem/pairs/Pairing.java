package dev.tandem.pairs;

import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;

/**
 * The pairs of a population: which medoids are aligned, which edges were taken.
 *
 * @param aligned indexes of the medoids that became pairs, ascending by cluster
 * @param retrieved the edges that became pairs
 * @param clusters the cluster of each image
 * @param counts what the summary says
 */
record Pairing(
    List<Integer> aligned,
    List<Edge> retrieved,
    NearestCentroids clusters,
    PairSummary.Pairing counts) {

  static Pairing of(
      EmbeddedImages images, Population population, PairConfig config, PairProgress progress) {
    int clusterCount = config.clustersFor(population.size());
    Step last = cluster(images, population, clusterCount, config, progress);
    int generation = population.generationSize();
    boolean exact =
        config
            .retrieval()
            .exact(generation, population.size() - generation, last.centroids().dimension());
    int probes = exact ? 1 : config.retrieval().probes();
    progress.doing("choosing medoids");
    Clusters clusters =
        images
            .rows()
            .aggregate(last, (rows, step) -> Clusters.over(rows, step, probes), Clusters::merge);
    NearestCentroids nearest = clusters.nearest(population.size());
    List<Integer> aligned = new ArrayList<>();
    int empty = 0;
    int incomplete = 0;
    for (int medoid : clusters.medoids()) {
      if (medoid == Clusters.NONE) {
        empty++;
      } else if (population.member(medoid).complete()) {
        aligned.add(medoid);
      } else {
        incomplete++;
      }
    }
    Sides free = Sides.without(aligned, population);
    Retrieved retrieved = retrieve(images, nearest, free, exact, config, progress);
    return new Pairing(
        aligned,
        retrieved.pairs(),
        nearest,
        new PairSummary.Pairing(
            generation,
            population.size() - generation,
            population.duplicates(),
            clusterCount,
            empty,
            incomplete,
            retrieved.edges(),
            aligned.size(),
            retrieved.pairs().size(),
            retrieved.audit().queries(),
            retrieved.audit().edges(),
            retrieved.audit().found(),
            retrieved.comparedAll()));
  }

  /** Runs k-means; what is left is the step to its centroids. */
  private static Step cluster(
      EmbeddedImages images,
      Population population,
      int clusters,
      PairConfig config,
      PairProgress progress) {
    progress.doing("reading vectors and choosing the first centres");
    KMeansConfig kmeans = config.kmeans();
    if (kmeans.engine() == KMeansConfig.Engine.MLLIB) {
      return Step.first(MllibKMeans.fit(images.rows(), clusters, kmeans, config.seed()));
    }
    BitSet drawn = draw(population, clusters, config.seed());
    Centroids initial =
        switch (kmeans.init()) {
          case RANDOM -> Seeding.rows(images.rows(), drawn);
          case PARALLEL ->
              Seeding.parallel(images.rows(), drawn.nextSetBit(0), clusters, config.seed());
        };
    progress.doing("clustering images");
    return KMeans.fit(images.rows(), initial, kmeans, population.size(), config.seed(), progress)
        .last();
  }

  /** Each image draws a number that depends on its id only; the smallest ones are chosen. */
  static BitSet draw(Population population, int count, long seed) {
    RandomKey key = RandomKey.of(seed).with("kmeans");
    long[] draws =
        population.members().stream()
            .mapToLong(member -> key.with(member.sampleId()).random().nextLong())
            .toArray();
    return Seeding.smallest(draws, count);
  }

  /** What retrieval and matching gave. */
  private record Retrieved(List<Edge> pairs, long edges, Audit audit, boolean comparedAll) {}

  private static Retrieved retrieve(
      EmbeddedImages images,
      NearestCentroids nearest,
      Sides free,
      boolean exact,
      PairConfig config,
      PairProgress progress) {
    Retrieval retrieval = new Retrieval(config.threshold(), config.candidates());
    int audited = config.retrieval().audit();
    JavaRDD<Edges> edges =
        exact
            ? images.exactEdges(retrieval, free.generation(), free.understanding())
            : images.listEdges(retrieval, nearest, free.generation(), free.understanding());
    edges.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      progress.doing("finding similar images");
      long count = MatchingRounds.count(edges);
      progress.doing("auditing the search");
      Audit audit =
          exact || audited == 0
              ? Audit.NONE
              : Audit.of(edges, images, retrieval, free, audited, config.seed());
      if (config.retrieval().rejects(audit.recall())) {
        progress.done(
            "the nearest clusters hold %.4f of the edges, too few: all images are compared"
                .formatted(audit.recall()));
        Retrieved all = retrieve(images, nearest, free, true, config, progress);
        return new Retrieved(all.pairs(), all.edges(), audit, true);
      }
      progress.doing("matching images");
      Edges pairs =
          new MatchingRounds(images.rows().spark(), config.driverEdges())
              .match(edges, config.matching(), config.perGeneration());
      return new Retrieved(pairs.toList(), count, audit, exact);
    } finally {
      edges.unpersist();
    }
  }
}

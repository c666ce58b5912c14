package dev.tandem.pairs;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a build did, by step.
 *
 * @param buildId digest of the configuration, the encoder and the samples; written with every pair
 */
public record PairSummary(
    String buildId, Completion completion, Embedding embedding, Pairing pairing) {

  /**
   * @param completed samples that were given their other half
   * @param incompletable samples that cannot be completed: without a model, generation samples for
   *     which the rule has no question; with one, samples that lack what it would start from
   * @param contradicted samples whose new half the model rejected in every round
   * @param failed samples for which the model gave nothing usable
   */
  public record Completion(long completed, long incompletable, long contradicted, long failed) {
    /** A completion without a model. */
    public Completion(long completed, long incompletable) {
      this(completed, incompletable, 0, 0);
    }
  }

  /**
   * @param encoder name of the encoder
   * @param embedded images embedded now
   * @param reused images that had their vector already
   * @param undecodable images that have none, because they cannot be decoded or encoded
   */
  public record Embedding(String encoder, long embedded, long reused, long undecodable) {}

  /**
   * @param generation generation samples that take part, one for each image
   * @param understanding understanding samples that take part, one for each image
   * @param duplicateImages samples left out because another one has their image
   * @param clusters clusters that were asked for
   * @param emptyClusters clusters without a member
   * @param incompleteMedoids medoids that lack a prompt or a question, so that they go to retrieval
   * @param candidateEdges similar pairs of images found by retrieval
   * @param aligned pairs of one image
   * @param retrieved pairs of two images
   * @param auditedQueries generation samples that were searched exactly as well; none where all are
   * @param auditedEdges edges of these
   * @param auditedFound how many of these edges retrieval had found
   */
  public record Pairing(
      int generation,
      int understanding,
      int duplicateImages,
      int clusters,
      int emptyClusters,
      int incompleteMedoids,
      long candidateEdges,
      int aligned,
      int retrieved,
      int auditedQueries,
      int auditedEdges,
      int auditedFound) {

    /** The share of the audited edges that retrieval found; 1 where there are none. */
    public double recall() {
      return auditedEdges == 0 ? 1 : (double) auditedFound / auditedEdges;
    }
  }

  /** The number of pairs. */
  public int pairs() {
    return pairing.aligned() + pairing.retrieved();
  }

  /** All counts by name, in the order of the steps. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("completed", completion.completed());
    counts.put("incompletable", completion.incompletable());
    counts.put("contradicted", completion.contradicted());
    counts.put("completion_failed", completion.failed());
    counts.put("embedded", embedding.embedded());
    counts.put("reused", embedding.reused());
    counts.put("undecodable", embedding.undecodable());
    counts.put("generation", (long) pairing.generation());
    counts.put("understanding", (long) pairing.understanding());
    counts.put("duplicate_images", (long) pairing.duplicateImages());
    counts.put("clusters", (long) pairing.clusters());
    counts.put("empty_clusters", (long) pairing.emptyClusters());
    counts.put("incomplete_medoids", (long) pairing.incompleteMedoids());
    counts.put("candidate_edges", pairing.candidateEdges());
    counts.put("aligned", (long) pairing.aligned());
    counts.put("retrieved", (long) pairing.retrieved());
    counts.put("audited_queries", (long) pairing.auditedQueries());
    counts.put("audited_edges", (long) pairing.auditedEdges());
    counts.put("audited_found", (long) pairing.auditedFound());
    counts.put("pairs", (long) pairs());
    return counts;
  }
}

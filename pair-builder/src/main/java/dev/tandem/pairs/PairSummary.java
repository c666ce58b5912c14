package dev.tandem.pairs;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a build did, by step.
 *
 * @param buildId digest of the configuration, the encoder and the samples; written with every pair
 */
public record PairSummary(
    String buildId,
    Completion completion,
    Embedding embedding,
    Screening screening,
    Pairing pairing) {
  private static final double MILLION = 1e6;

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
   * @param evaluationPrompts samples whose prompt the evaluation asks; null: there was none
   * @param duplicates images nearly the same; null: they were not looked for
   * @param removed samples left out of pairing
   */
  public record Screening(
      @Nullable Long evaluationPrompts, @Nullable Duplicates duplicates, long removed) {

    private void addTo(Map<String, Long> counts) {
      if (evaluationPrompts != null) {
        counts.put("evaluation_prompts", evaluationPrompts);
      }
      if (duplicates != null) {
        counts.put("hash_duplicates", duplicates.byHash());
        counts.put("embedding_duplicates", duplicates.byEmbedding());
        counts.put("near_duplicates", duplicates.byEither());
        counts.put("near_duplicates_of_generation", duplicates.ofGeneration());
        counts.put("near_duplicates_of_understanding", duplicates.ofUnderstanding());
        counts.put("near_duplicate_groups_across_sides", duplicates.groupsAcross());
      }
      if (evaluationPrompts != null || duplicates != null) {
        counts.put("screened_out", removed);
      }
    }
  }

  /**
   * @param byHash images that repeat an earlier one by its hash
   * @param byEmbedding images that repeat an earlier one by its embedding
   * @param byEither images that repeat an earlier one by either
   * @param ofGeneration images that repeat another one of the generation side
   * @param ofUnderstanding images that repeat another one of the understanding side
   * @param groupsAcross groups of images, nearly the same, with images of both sides
   */
  public record Duplicates(
      long byHash,
      long byEmbedding,
      long byEither,
      long ofGeneration,
      long ofUnderstanding,
      long groupsAcross) {}

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
   * @param auditedQueries generation samples whose search through clusters was audited; none where
   *     clusters were not tried
   * @param auditedEdges edges of these
   * @param auditedFound how many of these edges the search through clusters had found
   * @param comparedAll whether the pairs come from a comparison of all images: from the start, or
   *     because the audit had found too few edges
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
      int auditedFound,
      boolean comparedAll) {

    /** The share of the audited edges that clusters hold; 1 where there are none. */
    public double recall() {
      return auditedEdges == 0 ? 1 : (double) auditedFound / auditedEdges;
    }

    /** Whether clusters were searched. */
    public boolean audited() {
      return auditedQueries > 0;
    }

    /** Whether all images were compared because clusters held too few edges. */
    public boolean fellBack() {
      return comparedAll && audited();
    }

    private void addSearchTo(Map<String, Long> counts) {
      counts.put("audited_queries", (long) auditedQueries);
      counts.put("audited_edges", (long) auditedEdges);
      counts.put("audited_found", (long) auditedFound);
      if (audited()) {
        counts.put("audited_recall_millionths", Math.round(recall() * MILLION));
      }
      counts.put("all_images_compared", comparedAll ? 1L : 0L);
      counts.put("all_images_compared_after_audit", fellBack() ? 1L : 0L);
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
    screening.addTo(counts);
    counts.put("generation", (long) pairing.generation());
    counts.put("understanding", (long) pairing.understanding());
    counts.put("duplicate_images", (long) pairing.duplicateImages());
    counts.put("clusters", (long) pairing.clusters());
    counts.put("empty_clusters", (long) pairing.emptyClusters());
    counts.put("incomplete_medoids", (long) pairing.incompleteMedoids());
    counts.put("candidate_edges", pairing.candidateEdges());
    counts.put("aligned", (long) pairing.aligned());
    counts.put("retrieved", (long) pairing.retrieved());
    pairing.addSearchTo(counts);
    counts.put("pairs", (long) pairs());
    return counts;
  }
}

package dev.tandem.jobs.train;

/**
 * A pair as the sampler sees it.
 *
 * @param pairId identity
 * @param generationSampleId whose prompt the {@code reason} group gets
 * @param understandingSampleId whose image and question the {@code understand} group gets
 */
public record SampledPair(String pairId, String generationSampleId, String understandingSampleId) {}

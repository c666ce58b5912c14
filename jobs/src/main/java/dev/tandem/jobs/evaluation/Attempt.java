package dev.tandem.jobs.evaluation;

import dev.tandem.schemas.image.RgbImage;

/**
 * What a policy made of a prompt.
 *
 * @param plan text that it wrote
 * @param image that it drew after its plan
 */
public record Attempt(String plan, RgbImage image) {}

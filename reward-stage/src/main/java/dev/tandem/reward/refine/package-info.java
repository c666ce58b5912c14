/**
 * What R3 (arXiv 2602.15772) computes from the scores of an image before and after it was refined.
 */
@NullMarked
package dev.tandem.reward.refine;

import org.jspecify.annotations.NullMarked;

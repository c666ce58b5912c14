/**
 * BAGEL (arXiv 2505.14683): a decoder with an understanding and a generation expert per layer, a
 * SigLIP vision tower and a FLUX autoencoder, with the parameter names of the published weights.
 */
@NullMarked
package dev.tandem.policy.bagel;

import org.jspecify.annotations.NullMarked;

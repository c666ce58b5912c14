/**
 * Rewards that a server computes: a vision-language model that judges an image, and a GenEval
 * server. Both are asked over HTTP with JSON only, and what they fail to bring is a failure.
 */
@NullMarked
package dev.tandem.reward.judge;

import org.jspecify.annotations.NullMarked;

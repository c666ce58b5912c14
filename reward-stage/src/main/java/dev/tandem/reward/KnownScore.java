package dev.tandem.reward;

import java.io.Serializable;

/**
 * A score that was computed before.
 *
 * @param detail what the judge saw, as a JSON object
 */
record KnownScore(double value, String detail) implements Serializable {}

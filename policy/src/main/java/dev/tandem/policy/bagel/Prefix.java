package dev.tandem.policy.bagel;

/**
 * A context that was read.
 *
 * @param memory keys and values, one row
 * @param columns columns of the memory
 * @param nextPosition position of the next token
 */
record Prefix(KeyValues memory, int columns, int nextPosition) {}

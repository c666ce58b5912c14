package dev.tandem.shapeworld.geneval;

/**
 * Whether a rule holds.
 *
 * @param correct whether it does
 * @param reason why not, one line for each failed clause; empty when correct
 */
public record Verdict(boolean correct, String reason) {}

package dev.tandem.shapeworld.geneval;

/**
 * The published reward server's judgement.
 *
 * @param score its training reward; at most 1, and negative when far too many objects are found
 * @param strict whether every include clause holds with exactly its count
 */
public record RewardServerScore(double score, Verdict strict) {}

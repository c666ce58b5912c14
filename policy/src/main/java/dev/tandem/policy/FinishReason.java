package dev.tandem.policy;

/** Why a text ended. */
public enum FinishReason {
  /** The policy chose the end token or a stop token. */
  STOP,
  /** The length limit was reached; the end token was forced and carries no probability. */
  LENGTH
}

package dev.tandem.schemas;

/**
 * A failure that the user can mend: the message says what failed, what was found and what was
 * expected. The command line prints the message alone and exits with status 2.
 */
public final class UserError extends RuntimeException {
  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}

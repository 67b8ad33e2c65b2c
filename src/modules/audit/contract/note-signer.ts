/**
 * Signs what leaves the installation and must be known again by the key that signs checkpoints of the log, as signed notes
 * of C2SP (https://c2sp.org/signed-note). The first line of a text says of what kind it is, so that none passes for another;
 * that of a checkpoint is `coresdk-audit/<log>`.
 */
export abstract class NoteSigner {
  /** The public half, as GET /api/v1/audit/key gives it. Errors: `unavailable` where the installation has no such key. */
  abstract publicText(): string;

  /** @param text ends in a newline and has no empty line. Errors: `unavailable`. */
  abstract sign(text: string): string;

  /**
   * Returns whether a note is exactly this text, signed by a key.
   * @param by a public key as {@link publicText} gives it, or PEM; `null` for the installation's own, and `false` where it
   * has none. Errors: `invalid_request` for a text that is no such key.
   */
  abstract isSigned(note: string, text: string, by: string | null): boolean;
}

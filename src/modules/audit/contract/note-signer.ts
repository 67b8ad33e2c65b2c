/**
 * Signs documents that leave the installation and must be verifiable later. Uses the checkpoint key and the format of C2SP signed notes
 * (https://c2sp.org/signed-note). The first line of a document states its kind, so that it cannot pass for a document of another kind;
 * for a checkpoint, the line is `coresdk-audit/<log>`.
 */
export abstract class NoteSigner {
  /** Returns the public key, in the format of GET /api/v1/audit/key. Errors: `unavailable` when the installation has no key. */
  abstract publicText(): string;

  /** Signs text. @param text the text, which must end with a newline and must not contain an empty line. Errors: `unavailable`. */
  abstract sign(text: string): string;

  /**
   * Returns true if a note contains exactly this text, signed with a key.
   * @param by a public key in the format of {@link publicText}, or PEM; `null` for the installation's own key (the result is `false` if
   * it has none). Errors: `invalid_request` for a malformed key.
   */
  abstract isSigned(note: string, text: string, by: string | null): boolean;
}

/** A mail that is shown instead of sent. */
export interface ShownMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** The mail of an installation without a mail server, for trying invitations and password links in development. */
export abstract class MailboxPort {
  /**
   * Returns the newest mails of all processes that share this `DATA_DIR`, newest first; `null` if the installation does not show mail.
   */
  abstract list(): Promise<readonly ShownMail[] | null>;
}

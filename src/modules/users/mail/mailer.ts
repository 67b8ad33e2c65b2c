/** A mail to one person, in plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail. */
export abstract class Mailer {
  /** Resolves when the mail has been handed on. Errors: `unavailable`. */
  abstract send(mail: Mail): Promise<void>;
}

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

/**
 * What becomes of mail: `sent` by SMTP; `shown`: there is no server, and this is no production; `none`: there should be
 * one, and is not.
 */
export type MailMode = 'sent' | 'shown' | 'none';

/** Injection token of the {@link MailMode} of this process. */
export const MAIL_MODE = Symbol('mail mode');

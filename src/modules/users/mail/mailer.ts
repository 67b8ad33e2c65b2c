/** A plain-text mail to one recipient. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail. */
export abstract class Mailer {
  /** Sends a mail. Resolves when the server has accepted it. Errors: `unavailable`. */
  abstract send(mail: Mail): Promise<void>;
}

/**
 * The installation's handling of mail. `sent`: by SMTP. `shown`: no server, outside production. `none`: a server is required but missing.
 */
export type MailMode = 'sent' | 'shown' | 'none';

/** Injection token of the {@link MailMode} of this process. */
export const MAIL_MODE = Symbol('mail mode');

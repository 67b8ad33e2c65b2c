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
 * The installation's handling of mail. `sent`: mail is sent by SMTP. `shown`: there is no server, but this is not production, so mail is
 * shown on a page of the control plane and printed. `none`: a server is required but missing.
 */
export type MailMode = 'sent' | 'shown' | 'none';

/** Injection token of the {@link MailMode} of this process. */
export const MAIL_MODE = Symbol('mail mode');

import type { SignInOrigin } from './users.types';

/** A request for a code by mail. */
export interface EmailCodeRequest {
  readonly tenantId: string;
  readonly email: string;
  /** The id in the cookie of the browser. Only this browser can use the code. */
  readonly browserId: string;
  /** The authorization request at which the browser continues, as a query string. */
  readonly request: string;
  /** The language of the mail. */
  readonly locale: string;
}

/** A code whose link was opened in the browser that asked for it. */
export interface OpenedEmailCode {
  readonly email: string;
  readonly code: string;
  readonly request: string;
}

/** Codes by mail with which users sign in instead of with a password. `SignInPort.withEmailCode` accepts them. */
export abstract class EmailCodesPort {
  /**
   * Mails a code, and a link with the code, to the address of an active user. Takes the same time and says the same for every address. A code
   * is valid for ten minutes and once.
   */
  abstract request(request: EmailCodeRequest, origin: SignInOrigin): void;

  /** Reads the token of a link. @returns `null` if it is unknown, used or expired, or another browser asked for it. */
  abstract inspect(token: string, browserId: string): Promise<OpenedEmailCode | null>;
}

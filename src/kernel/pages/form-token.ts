import { isSigned, sign } from './signed';

/** The values to which a form's token is bound. */
export interface FormBinding {
  /** The purpose of the form. A token for one purpose is not valid for another. */
  readonly purpose: string;
  /** Id in the browser's cookie. */
  readonly browserId: string;
  /** Id of the session in which the page was shown; empty if there is no session. */
  readonly sessionId: string;
  /** The request (or link) that the form contains. */
  readonly subject: string;
}

/** Lifetime of a token. A page that has been open for longer is shown again when its form is sent. */
const LIFETIME_MS = 2 * 60 * 60 * 1000;

/**
 * Returns the token that protects a form against CSRF: a signature over the form's purpose, the browser's cookie, the session, and the
 * request in the form. It is valid only for this form in this browser.
 */
export function formToken(key: Buffer, binding: FormBinding, nowMs: number): string {
  const shown = nowMs.toString(36);
  return `${shown}.${sign(key, 'form', [shown, ...partsOf(binding)])}`;
}

/** Returns whether a token belongs to this form and this browser, and has not expired. */
export function isFormToken(key: Buffer, binding: FormBinding, token: string, nowMs: number): boolean {
  const [shown = '', signature = ''] = token.split('.', 2);
  // Without the cookie there is no browser to bind the token to.
  if (binding.browserId === '' || !isSigned(key, 'form', [shown, ...partsOf(binding)], signature)) return false;
  const ageMs = nowMs - Number.parseInt(shown, 36);
  return ageMs < LIFETIME_MS;
}

function partsOf({ purpose, browserId, sessionId, subject }: FormBinding): readonly string[] {
  return [purpose, browserId, sessionId, subject];
}

import { isSigned, sign } from './signed';

/** What a form was shown for. */
export interface FormBinding {
  /** What it is for: a token of one does not send another. */
  readonly purpose: string;
  /** Of the browser's cookie. */
  readonly browserId: string;
  /** Id of the session that the page was made for; empty without one. */
  readonly sessionId: string;
  /** The request (or link) that the form carries. */
  readonly subject: string;
}

/** A page that was left open for longer is shown anew. */
const LIFETIME_MS = 2 * 60 * 60 * 1000;

/**
 * The token of a form against forged requests: a signature over the form's purpose, the browser's cookie, the session,
 * and the request it carries. It sends this form from this browser, and no other.
 */
export function formToken(key: Buffer, binding: FormBinding, nowMs: number): string {
  const shown = nowMs.toString(36);
  return `${shown}.${sign(key, 'form', [shown, ...partsOf(binding)])}`;
}

/** Whether a token is of this form, this browser, and not over. */
export function isFormToken(key: Buffer, binding: FormBinding, token: string, nowMs: number): boolean {
  const [shown = '', signature = ''] = token.split('.', 2);
  // Without the cookie there is no browser that it could be bound to.
  if (binding.browserId === '' || !isSigned(key, 'form', [shown, ...partsOf(binding)], signature)) return false;
  const ageMs = nowMs - Number.parseInt(shown, 36);
  return ageMs < LIFETIME_MS;
}

function partsOf({ purpose, browserId, sessionId, subject }: FormBinding): readonly string[] {
  return [purpose, browserId, sessionId, subject];
}

import { AppError } from '../../../kernel/errors/app-error';

/**
 * The path of a console page or of the account page. It does not contain characters that browsers interpret differently, so it stays on
 * this site, regardless of how a browser parses it.
 */
const OWN_PAGE = /^\/(?:console|account)(?:\/[\w-][\w.-]*)*(?:\?[\w.~%&=+-]*)?$/;
const MAX_CHARS = 2_000;

/** Returns a path of the product's own pages for signed-in users. Errors: `invalid_request`. */
export function checkedConsolePath(to: string): string {
  if (to.length <= MAX_CHARS && OWN_PAGE.test(to)) return to;
  throw new AppError('invalid_request', 'The parameter "to" does not name a page of the console or the account.');
}

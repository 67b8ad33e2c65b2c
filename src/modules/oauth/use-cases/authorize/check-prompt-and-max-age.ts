import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * The parsed `prompt` and `max_age` of a request (OpenID Connect Core §3.1.2.1; Initiating User Registration via OpenID Connect 1.0).
 */
export interface Prompting {
  /** Do not show any page. */
  readonly none: boolean;
  /** Sign in again; `select_account` and `create` mean it too, because a browser has one session. */
  readonly login: boolean;
  /** Offer to create an account before a sign-in. */
  readonly create: boolean;
  /** Ask for consent, even for access that the user has agreed to before. */
  readonly consent: boolean;
  /** Maximum age of the sign-in in seconds; `null` for any age. */
  readonly maxAgeSeconds: number | null;
}

const PROMPTS = ['none', 'login', 'consent', 'select_account', 'create'];
const MAX_AGE = /^\d{1,9}$/;

/** Parses `prompt` and `max_age`. Refuses with `invalid_request` for unknown values and for `none` combined with another value. */
export function checkPromptAndMaxAge(parameters: Parameters): Prompting {
  const words = (parameters.get('prompt') ?? '').split(' ').filter((word) => word !== '');
  if (words.some((word) => !PROMPTS.includes(word))) {
    throw new AuthorizationRefusal('invalid_request', 'prompt must be none, login, consent, select_account or create.');
  }
  if (words.includes('none') && new Set(words).size > 1) {
    throw new AuthorizationRefusal('invalid_request', 'prompt=none excludes other values.');
  }
  const maxAge = parameters.get('max_age');
  if (maxAge !== undefined && !MAX_AGE.test(maxAge)) {
    throw new AuthorizationRefusal('invalid_request', 'max_age must be a whole number of seconds.');
  }
  return {
    none: words.includes('none'),
    login: ['login', 'select_account', 'create'].some((word) => words.includes(word)),
    create: words.includes('create'),
    consent: words.includes('consent'),
    maxAgeSeconds: maxAge === undefined ? null : Number(maxAge),
  };
}

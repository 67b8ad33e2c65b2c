/** Replaces a value that a logged input must not contain (wire contract §2.8). */
export const MASKED = '[REDACTED]';

/** The maximum size of an input as JSON text; a larger input is not kept. */
export const MAX_LOGGED_INPUT_BYTES = 16 * 1024;

/** The maximum number of characters that are checked in a name. */
const MAX_NAME_CHARS = 256;

/** The maximum depth that is kept, far deeper than people read. */
const MAX_DEPTH = 64;

/** Words that mark a name as the name of a secret, regardless of the words around them: `db_password`, `X-Service-Token`, `newPassword`. */
const SECRET_WORDS = new Set(
  (
    'password passwords passwd passphrase passcode pass pwd secret secrets token tokens apikey authorization auth bearer jwt ' +
    'credential credentials cookie cookies assertion cvv ssn pin otp'
  ).split(' '),
);
/** Pairs of consecutive words that also mark a name as the name of a secret. */
const SECRET_PAIRS = new Set(
  'api key,access key,secret key,private key,signing key,session id,credit card,card number'.split(','),
);
/** Splits names such as `dbPassword`, `db_password`, `DB-PASSWORD` and `JWTToken` into words. */
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

/** Strings in the form of a secret: this product's and other products' tokens, JWTs, bearer headers, PEM keys, and URLs with a password. */
const SECRET_TEXTS: readonly RegExp[] = [
  /\b(?:cs|rt|cpod|cpt|tok|svc|ac|dc)_[A-Za-z0-9_-]{8,}/,
  // Matches only at the beginning of a run of such characters, so that the time is linear for any text.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+/,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/-]{8,}/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:sk|pk|rk)[-_](?:live|test|proj)?[-_]?[A-Za-z0-9]{16,}/,
  /\b(?:ghp|gho|ghs|ghu|github_pat|glpat|xox[abpr])[-_][A-Za-z0-9_-]{10,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /:\/\/[^\s/:@]+:[^\s/@]+@/,
  // A secret in a query string, a form, or JSON within text.
  /(?:passw(?:or)?d|passphrase|secret|token|api_?key|credential)["']{0,1}\s{0,4}[=:]\s{0,4}["']{0,1}[^\s&"',}]{4}/i,
];

/** Finds characters and words without which none of {@link SECRET_TEXTS} can match. Most names and values contain none of them. */
const HINT_OF_SECRET = /[_\-.:=\s]|AKIA/;

/** An input in the form in which the decision log stores it. */
export interface LoggableInput {
  readonly value: unknown;
  /** True if any part was masked or omitted. */
  readonly masked: boolean;
}

/**
 * Masks the secrets in a JSON value: finds members by their names, and strings by their form. Masks the text around a secret too, because
 * it is unknown where the secret ends. Copies the value and never changes it.
 */
export function maskInput(value: unknown): LoggableInput {
  const walk = new MaskingWalk();
  return { value: walk.mask(value, 0), masked: walk.masked };
}

/** Returns a string in the form in which the decision log stores it. */
export function maskText(text: string): string {
  return HINT_OF_SECRET.test(text) && SECRET_TEXTS.some((secret) => secret.test(text)) ? MASKED : text;
}

class MaskingWalk {
  masked = false;

  mask(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return maskText(value) === value ? value : this.replace();
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_DEPTH) return this.replace();
    if (Array.isArray(value)) return value.map((item) => this.mask(item, depth + 1));
    const members = Object.entries(value).map(([name, member]): [string, unknown] => [
      // The name itself is a secret: `{"cs_…": true}`.
      this.mask(name, depth) === name ? name : MASKED,
      isSecretName(name, member) ? this.replace() : this.mask(member, depth + 1),
    ]);
    return Object.fromEntries(members);
  }

  private replace(): string {
    this.masked = true;
    return MASKED;
  }
}

/** The absence of a secret is not a secret itself, but a fact that policies can base decisions on. */
function isSecretName(name: string, value: unknown): boolean {
  if (value === null || value === '' || typeof value === 'boolean') return false;
  const words = (name.slice(0, MAX_NAME_CHARS).match(WORD) ?? []).map((word) => word.toLowerCase());
  return words.some((word, index) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word} ${words[index + 1] ?? ''}`));
}

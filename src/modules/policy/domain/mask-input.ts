/** What stands in a logged input for a value that must not be kept (wire contract §2.8). */
export const MASKED = '[REDACTED]';

/** Of the input as JSON text; a larger one is not kept. */
export const MAX_LOGGED_INPUT_BYTES = 16 * 1024;

/** Of a name, as far as it is looked at. */
const MAX_NAME_CHARS = 256;

/** Deeper levels are not kept: what is shallow enough for people to read is far above it. */
const MAX_DEPTH = 64;

/** Words of names whose value is a secret, whatever stands around them: `db_password`, `X-Service-Token`, `newPassword`. */
const SECRET_WORDS = new Set(
  (
    'password passwords passwd passphrase passcode pass pwd secret secrets token tokens apikey authorization auth bearer jwt ' +
    'credential credentials cookie cookies assertion cvv ssn pin otp'
  ).split(' '),
);
/** Two words of a name, one after the other. */
const SECRET_PAIRS = new Set(
  'api key,access key,secret key,private key,signing key,session id,credit card,card number'.split(','),
);
/** `dbPassword`, `db_password`, `DB-PASSWORD`, `JWTToken` as their words. */
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

/** Secrets by their looks: tokens of ours and of others, JWTs, bearer headers, PEM keys, URLs with a password in them. */
const SECRET_TEXTS: readonly RegExp[] = [
  /\b(?:cs|rt|cpod|cpt|tok|svc|ac|dc)_[A-Za-z0-9_-]{8,}/,
  // Begun only where a run of its characters begins: linear for any text.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+/,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/-]{8,}/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:sk|pk|rk)[-_](?:live|test|proj)?[-_]?[A-Za-z0-9]{16,}/,
  /\b(?:ghp|gho|ghs|ghu|github_pat|glpat|xox[abpr])[-_][A-Za-z0-9_-]{10,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /:\/\/[^\s/:@]+:[^\s/@]+@/,
  // In a query string, a form, or JSON within a text.
  /(?:passw(?:or)?d|passphrase|secret|token|api_?key|credential)["']{0,1}\s{0,4}[=:]\s{0,4}["']{0,1}[^\s&"',}]{4}/i,
];

/** An input as the decision log may keep it. */
export interface LoggableInput {
  readonly value: unknown;
  /** Whether something was masked or left out. */
  readonly masked: boolean;
}

/**
 * A JSON value with its secrets masked: members by their names, texts by their looks. The text around a secret goes with
 * it, as nobody can say where it ends. The value is copied, never changed.
 */
export function maskInput(value: unknown): LoggableInput {
  const walk = new MaskingWalk();
  return { value: walk.mask(value, 0), masked: walk.masked };
}

/** A text as the decision log may keep it. */
export function maskText(text: string): string {
  return SECRET_TEXTS.some((secret) => secret.test(text)) ? MASKED : text;
}

class MaskingWalk {
  masked = false;

  mask(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return maskText(value) === value ? value : this.replace();
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_DEPTH) return this.replace();
    if (Array.isArray(value)) return value.map((item) => this.mask(item, depth + 1));
    const members = Object.entries(value).map(([name, member]): [string, unknown] => [
      // A name that is a secret itself: `{"cs_…": true}`.
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

/** A missing secret is a fact that policies decide by, and no secret. */
function isSecretName(name: string, value: unknown): boolean {
  if (value === null || value === '' || typeof value === 'boolean') return false;
  const words = (name.slice(0, MAX_NAME_CHARS).match(WORD) ?? []).map((word) => word.toLowerCase());
  return words.some((word, index) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word} ${words[index + 1] ?? ''}`));
}

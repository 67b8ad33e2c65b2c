import type { CustomClaims } from './claim-rules';

/** The maximum length of the whole value, including helpers: parsing a longer one would hold up other requests. */
const MAX_JSON_CHARS = 64 * 1_024;
const MAX_MESSAGES = 10;
const MAX_MESSAGE_CHARS = 200;

/** The decision of a tenant's policy about a token. */
export type TokenDecision =
  | { readonly outcome: 'issue'; readonly claims: CustomClaims; readonly lifetimeSeconds: number | null }
  | { readonly outcome: 'deny'; readonly messages: readonly string[] }
  | { readonly outcome: 'fault'; readonly message: string };

/**
 * Reads the value of `data.coresdk.token`: `deny`, a list of messages; `claims`, an object; and `access_token_lifetime`, in seconds. Each
 * member can be missing. Other members are helpers of the policy and are ignored. A value of a different form is a fault, which denies the
 * token.
 * @param json the value as JSON.
 */
export function readTokenDecision(json: string): TokenDecision {
  if (json.length > MAX_JSON_CHARS) return fault(`it has more than ${MAX_JSON_CHARS} characters`);
  const value = JSON.parse(json) as unknown;
  if (!isObject(value)) return fault('it is not an object');
  const { deny = [], claims = {}, access_token_lifetime: lifetime = null } = value;
  if (!isListOfTexts(deny)) return fault('`deny` is not a list of strings');
  if (deny.length > 0) return { outcome: 'deny', messages: deny.slice(0, MAX_MESSAGES).map(shortened) };
  if (!isObject(claims)) return fault('`claims` is not an object');
  if (lifetime !== null && !isLifetime(lifetime))
    return fault('`access_token_lifetime` is not a positive whole number');
  return { outcome: 'issue', claims, lifetimeSeconds: lifetime };
}

function fault(what: string): TokenDecision {
  return { outcome: 'fault', message: `The result of the token policy cannot be used: ${what}.` };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isLifetime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE_CHARS ? `${message.slice(0, MAX_MESSAGE_CHARS)}…` : message;
}

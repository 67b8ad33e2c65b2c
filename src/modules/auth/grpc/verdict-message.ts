import { isOutage } from '../../../kernel/errors/reason';
import type { ValidateTokenResponse } from '../../../kernel/grpc/generated/coresdk/v1/auth';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import { prepare } from '../../../kernel/grpc/prepared-answer';
import { problem, REASON } from '../../../kernel/grpc/problem';
import {
  accessTokenClaims,
  type AccessTokenClaims,
  REFUSAL_MESSAGES,
  type TokenRefusal,
  type TokenVerdict,
} from '../../oauth/contract/access-token.types';

/** Claims that have a separate field in the message. All other claims go into the map. */
const OWN_FIELD = new Set(['sub', 'roles', 'exp']);
/** The claims in the map that are not strings. */
const AS_JSON = Object.keys({
  iat: true,
  auth_time: true,
  amr: true,
  groups: true,
  act: true,
  parent_jtis: true,
} satisfies Record<JsonClaim, true>);

/** `aud` can be a string or an array, and is recognized by its first character. */
type JsonClaim = Exclude<NonStringClaim, 'aud' | 'roles' | 'exp'>;
type NonStringClaim = {
  [Name in keyof AccessTokenClaims]-?: NonNullable<AccessTokenClaims[Name]> extends string ? never : Name;
}[keyof AccessTokenClaims];

const messages = new WeakMap<AccessTokenClaims, ValidateTokenResponse>();

/** Converts a verdict to a response. The response is computed once per token, because the same claims are requested repeatedly. */
export function toValidateTokenResponse(verdict: TokenVerdict): ValidateTokenResponse {
  if (!verdict.valid) return invalidAnswer(problemOfRefusal(verdict));
  const known = messages.get(verdict.claims);
  if (known) return known;
  const message = prepare(toMessage(verdict.claims, verdict.custom));
  messages.set(verdict.claims, message);
  return message;
}

type Refused = Extract<TokenVerdict, { valid: false }>;

/** Returns the problem for a refused token. Its reason is the refusal, or the outage that caused it. */
export function problemOfRefusal({ refusal, outage }: Refused): ProblemDetail {
  const code = refusal === 'unavailable' ? 'unavailable' : 'unauthorized';
  return problem(code, REFUSAL_MESSAGES[refusal], outage ?? refusal);
}

/** Returns the refusal for a problem's reason. An unknown reason is `unavailable`. */
export function refusalOf(reason: string): Refused {
  if (isRefusal(reason)) return { valid: false, refusal: reason };
  return { valid: false, refusal: 'unavailable', ...(isOutage(reason) ? { outage: reason } : {}) };
}

function isRefusal(reason: string): reason is TokenRefusal {
  return Object.hasOwn(REFUSAL_MESSAGES, reason);
}

/** Returns the response for a refusal. */
export function invalidAnswer(error: ProblemDetail): ValidateTokenResponse {
  return { valid: false, subject: '', roles: [], claims: {}, expiresAt: 0, error };
}

/** Returns the verdict from a response. A response that is not understood counts as `unavailable`, never as valid. */
export function fromValidateTokenResponse(response: ValidateTokenResponse): TokenVerdict {
  if (!response.valid) return refusalOf(response.error?.extensions[REASON] ?? '');
  const { claims: texts, subject, roles, expiresAt } = response;
  const parsed = accessTokenClaims.safeParse({
    ...texts,
    aud: texts['aud']?.startsWith('[') === true ? (JSON.parse(texts['aud']) as unknown) : texts['aud'],
    ...Object.fromEntries(
      AS_JSON.flatMap((name) => {
        const text = texts[name];
        return text === undefined ? [] : [[name, JSON.parse(text) as unknown]];
      }),
    ),
    sub: subject,
    roles,
    exp: expiresAt,
  });
  return parsed.success ? { valid: true, claims: parsed.data } : { valid: false, refusal: 'unavailable' };
}

/** Converts claims: strings as is, and all other values as JSON (rest.md §2). */
function toMessage(claims: AccessTokenClaims, custom: Readonly<Record<string, unknown>> = {}): ValidateTokenResponse {
  const rest = Object.entries({ ...custom, ...claims }).filter(([name]) => !OWN_FIELD.has(name));
  return {
    valid: true,
    subject: claims.sub,
    roles: claims.roles,
    claims: Object.fromEntries(
      rest.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
    expiresAt: claims.exp,
    error: null,
  };
}

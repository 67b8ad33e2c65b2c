import { bytesOfString } from '../../values/bytes.js';
import { RegoObject } from '../../values/object.js';
import { compareNumbers } from '../../values/number.js';
import type { Value } from '../../values/value.js';
import type { BuiltinContext } from '../builtin.js';
import { isNumber } from '../operands.js';
import { fail } from '../x509/fail.js';
import { ALGORITHMS, isSignature, type Algorithm } from './algorithms.js';
import { parseConstraints, type Constraints } from './constraints.js';
import {
  decodeHeader,
  decodePayload,
  decodeSignature,
  headerFacts,
  payloadObject,
  splitToken,
  type Token,
} from './token.js';
import { isSignedByAny, type SignedPart } from './verify.js';

const UNVERIFIED: Value = [false, RegoObject.EMPTY, RegoObject.EMPTY];

interface VerifiedToken {
  readonly header: RegoObject;
  readonly payload: RegoObject;
}

/**
 * Implements `io.jwt.decode_verify`: returns `[true, header, payload]` if the signature and every claim are valid, otherwise `[false, {},
 * {}]`. Throws for text that is not a token. For a nested token (RFC 7519 §5.2), every level must be signed with the same key, and the
 * result describes the innermost token.
 */
export function decodeAndVerify(text: string, operand: RegoObject, context: BuiltinContext): Value {
  const constraints = parseConstraints(operand, context.nowNanos, context.budget);
  const token = verifySignatures(text, constraints, context);
  return token !== undefined && claimsHold(token.payload, constraints)
    ? [true, token.header, token.payload]
    : UNVERIFIED;
}

/** Terminates because each nested token is shorter than the one around it. */
function verifySignatures(text: string, constraints: Constraints, context: BuiltinContext): VerifiedToken | undefined {
  let current = text;
  for (;;) {
    const token = splitToken(current, context.budget);
    const header = decodeHeader(token);
    const facts = headerFacts(header);
    const isWanted = constraints.algorithm === '' || constraints.algorithm === facts.algorithm;
    if (!facts.isValid || !isWanted) {
      return undefined;
    }
    const part = { keyId: facts.keyId, statedAlgorithm: facts.algorithm, ...signedPart(token) };
    if (!isSigned(part, constraints, context)) {
      return undefined;
    }
    const payload = decodePayload(token);
    if (facts.contentType.toLowerCase() !== 'jwt') {
      return { header, payload: payloadObject(payload) };
    }
    current = payload;
  }
}

export function signedPart(token: Token): Pick<SignedPart, 'signed' | 'signature'> {
  return { signed: bytesOfString(`${token.header}.${token.payload}`), signature: decodeSignature(token) };
}

function isSigned(part: SignedPart, constraints: Constraints, { budget }: BuiltinContext): boolean {
  const algorithm: Algorithm | undefined = ALGORITHMS.get(part.statedAlgorithm);
  if (algorithm === undefined) {
    return false; // `none` or an unknown algorithm.
  }
  if (constraints.keys !== undefined) {
    return isSignedByAny(constraints.keys, algorithm, part, budget);
  }
  const secret = { kind: 'secret', bytes: bytesOfString(constraints.secret) } as const;
  return isSignature(algorithm, secret, part.signed, part.signature);
}

function claimsHold(payload: RegoObject, constraints: Constraints): boolean {
  const issuer = payload.get('iss');
  const audience = payload.get('aud');
  // RFC 7519 §4.1.3: a token that names an audience is only for that audience, so the constraints must name one.
  const isAudience = audience === undefined ? constraints.audience === '' : isFor(audience, constraints.audience);
  return (constraints.issuer === '' || issuer === constraints.issuer) && isAudience && isCurrent(payload, constraints);
}

function isFor(audience: Value, wanted: string): boolean {
  return Array.isArray(audience) ? audience.includes(wanted) : audience === wanted;
}

/** Returns whether the time is before `exp` and not before `nbf` (RFC 7519 §4.1.4, §4.1.5). */
function isCurrent(payload: RegoObject, { nowSeconds }: Constraints): boolean {
  const [expires, notBefore] = [payload.get('exp'), payload.get('nbf')];
  if (expires !== undefined) {
    if (!isNumber(expires)) {
      return fail('exp value must be a number');
    }
    if (compareNumbers(nowSeconds, expires) >= 0) {
      return false;
    }
  }
  if (notBefore === undefined) {
    return true;
  }
  return isNumber(notBefore) ? compareNumbers(nowSeconds, notBefore) >= 0 : fail('nbf value must be a number');
}

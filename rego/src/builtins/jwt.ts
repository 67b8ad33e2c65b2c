import type { Budget } from '../evaluate/budget.js';
import { bytesOfString } from '../values/bytes.js';
import type { RegoObject } from '../values/object.js';
import type { Builtin } from './builtin.js';
import { ALGORITHMS, isSignature, type Algorithm } from './jwt/algorithms.js';
import { decodeAndVerify, signedPart } from './jwt/decode-verify.js';
import { encodeAndSign } from './jwt/encode-sign.js';
import { jsonText } from './jwt/json-text.js';
import { decodeHeader, headerFacts, splitToken } from './jwt/token.js';
import { checkSecret, parseVerificationKeys } from './jwt/verification-keys.js';
import { isSignedByAny } from './jwt/verify.js';

/**
 * `io.jwt.*` except `decode` (OPA `topdown/tokens.go`). Keys are PEM certificates, PEM public keys, JWKs or JWK sets; secrets are strings.
 */
export const JWT_BUILTINS: readonly Builtin[] = [
  {
    name: 'io.jwt.decode_verify',
    args: [['string'], ['object']],
    result: ['array'],
    call: ([token, constraints], context) => decodeAndVerify(token as string, constraints as RegoObject, context),
  },
  {
    name: 'io.jwt.encode_sign',
    args: [['object'], ['object'], ['object']],
    result: ['string'],
    nondeterministic: true,
    call: ([header, payload, key], { budget }) =>
      encodeAndSign(jsonText(header, budget), jsonText(payload, budget), jsonText(key, budget), budget),
  },
  {
    name: 'io.jwt.encode_sign_raw',
    args: [['string'], ['string'], ['string']],
    result: ['string'],
    nondeterministic: true,
    call: (args, { budget }) => encodeAndSign(...(args as readonly [string, string, string]), budget),
  },
  ...[...ALGORITHMS.values()].map(verifier),
];

/** Declares functions such as `io.jwt.verify_rs256`. They verify with this algorithm, regardless of the algorithm in the token's header. */
function verifier(algorithm: Algorithm): Builtin {
  const verify = algorithm.keyKind === 'secret' ? verifyWithSecret : verifyWithKeys;
  return {
    name: `io.jwt.verify_${algorithm.name.toLowerCase()}`,
    args: [['string'], ['string']],
    result: ['boolean'],
    call: (args, { budget }) => verify(algorithm, ...(args as readonly [string, string]), budget),
  };
}

function verifyWithKeys(algorithm: Algorithm, text: string, keyText: string, budget: Budget): boolean {
  const token = splitToken(text, budget);
  const keys = parseVerificationKeys(keyText, budget);
  const part = signedPart(token);
  const facts = headerFacts(decodeHeader(token));
  return isSignedByAny(keys, algorithm, { ...part, keyId: facts.keyId, statedAlgorithm: facts.algorithm }, budget);
}

function verifyWithSecret(algorithm: Algorithm, text: string, secret: string, budget: Budget): boolean {
  const token = splitToken(text, budget);
  checkSecret(secret);
  const { signed, signature } = signedPart(token);
  return isSignature(algorithm, { kind: 'secret', bytes: bytesOfString(secret) }, signed, signature);
}

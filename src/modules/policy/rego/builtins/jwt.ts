import type { Budget } from '../evaluate/budget';
import { bytesOfString } from '../values/bytes';
import type { RegoObject } from '../values/object';
import type { Value } from '../values/value';
import type { Builtin } from './builtin';
import { ALGORITHMS, isSignature, type Algorithm } from './jwt/algorithms';
import { decodeAndVerify, signedPart } from './jwt/decode-verify';
import { encodeAndSign } from './jwt/encode-sign';
import { jsonText } from './jwt/json-text';
import { decodeHeader, decodePayload, decodeSignature, headerFacts, payloadObject, splitToken } from './jwt/token';
import { checkSecret, parseVerificationKeys } from './jwt/verification-keys';
import { isSignedByAny } from './jwt/verify';

/** `io.jwt.*` (OPA `topdown/tokens.go`). Keys are PEM certificates, PEM public keys, JWKs or sets of them; secrets are strings. */
export const JWT_BUILTINS: readonly Builtin[] = [
  {
    name: 'io.jwt.decode',
    args: [['string']],
    result: ['array'],
    call: ([token], { budget }) => decode(token as string, budget),
  },
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

/** `io.jwt.verify_rs256` and the others: whether the signature is right by this algorithm, whatever the token says it is. */
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

/** `[header, payload, signature in hex]`, unchecked. Of a nested token (content type `JWT`) the innermost; each level is shorter. */
function decode(text: string, budget: Budget): Value {
  let current = text;
  for (;;) {
    const token = splitToken(current, budget);
    const header = decodeHeader(token);
    const payload = decodePayload(token);
    if (header.get('cty') !== 'JWT') {
      return [header, payloadObject(payload), decodeSignature(token).toString('hex')];
    }
    current = trimQuotes(payload);
  }
}

/** A nested token is a JSON string as some libraries write it. */
function trimQuotes(text: string): string {
  const isQuote = (character: string | undefined): boolean => character === '"' || character === "'";
  let [start, end] = [0, text.length];
  while (start < end && isQuote(text[start])) {
    start++;
  }
  while (end > start && isQuote(text[end - 1])) {
    end--;
  }
  return text.slice(start, end);
}

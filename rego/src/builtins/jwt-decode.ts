import type { Budget } from '../evaluate/budget.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { decodeHeader, decodePayload, decodeSignature, payloadObject, splitToken } from './jwt/token.js';

/** `io.jwt.decode` (OPA `topdown/tokens.go`), which does not verify the token. */
export const JWT_DECODE: readonly Builtin[] = [
  {
    name: 'io.jwt.decode',
    args: [['string']],
    result: ['array'],
    call: ([token], { budget }) => decode(token as string, budget),
  },
];

/**
 * Returns `[header, payload, signature in hex]` without verifying the signature. For nested tokens (content type `JWT`), returns the parts
 * of the innermost token. This terminates because each level is shorter.
 */
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

/** Removes quotes: some libraries write a nested token as a JSON string. */
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

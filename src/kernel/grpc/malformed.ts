/** What a handler gets instead of a request whose bytes do not decode: the deserialiser itself never throws. */
export interface Malformed {
  readonly malformed: true;
}

export const MALFORMED: Malformed = Object.freeze({ malformed: true });

export function isMalformed(request: unknown): request is Malformed {
  return typeof request === 'object' && request !== null && 'malformed' in request;
}

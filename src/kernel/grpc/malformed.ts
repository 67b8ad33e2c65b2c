import { AppError, outage } from '../errors/app-error';
import { MESSAGE_LIMITS } from './message-limits';
import type { NotTaken } from './not-taken';

/** What a handler gets instead of a request whose bytes do not decode: the deserialiser itself never throws. */
export interface Malformed {
  readonly malformed: true;
  /** Why the bytes were not even taken. */
  readonly notTaken?: NotTaken;
}

export const MALFORMED: Malformed = Object.freeze({ malformed: true });

export function isMalformed(request: unknown): request is Malformed {
  return typeof request === 'object' && request !== null && 'malformed' in request;
}

/** What is wrong with a request of an RPC that is none. */
export function malformedError({ notTaken }: Malformed, method: string): AppError {
  if (notTaken === 'too_much') return outage('overloaded');
  if (notTaken === 'too_large') {
    const { maxBytes, maxTextBytes } = MESSAGE_LIMITS;
    const words = `A ${method} request is too large: most may have ${maxBytes} bytes, texts to mask ${maxTextBytes}.`;
    return new AppError('payload_too_large', words);
  }
  return new AppError('invalid_request', `The bytes are not a ${method} request.`);
}

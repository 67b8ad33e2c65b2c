import { AppError, outage } from '../errors/app-error';
import { MESSAGE_LIMITS } from './message-limits';
import type { RequestRejection } from './rejected-request';

/** A handler receives this in place of a request that cannot be decoded, because the deserializer itself never throws. */
export interface Malformed {
  readonly malformed: true;
  /** The reason why the bytes were not accepted. */
  readonly notTaken?: RequestRejection;
}

export const MALFORMED: Malformed = Object.freeze({ malformed: true });

export function isMalformed(request: unknown): request is Malformed {
  return typeof request === 'object' && request !== null && 'malformed' in request;
}

/** Returns the error for a malformed request to an RPC. */
export function malformedError({ notTaken }: Malformed, method: string): AppError {
  if (notTaken === 'too_much') return outage('overloaded');
  if (notTaken === 'too_large') {
    const { maxBytes, maxTextBytes } = MESSAGE_LIMITS;
    const message = `A ${method} request is too large. The limit is ${maxBytes} bytes; for text to mask, ${maxTextBytes}.`;
    return new AppError('payload_too_large', message);
  }
  return new AppError('invalid_request', `The bytes are not a ${method} request.`);
}

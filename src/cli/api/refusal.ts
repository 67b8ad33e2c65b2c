import { z } from 'zod';
import { CommandFault } from '../command';
import { visible } from '../visible';

/** The members of every platform error (rest.md §1) and OAuth error. */
const errorBody = z.object({
  error: z.string(),
  error_description: z.string().default(''),
  request_id: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).default([]),
});

/** A refusal by the platform, with its message. */
export class Refusal extends CommandFault {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    /** The `WWW-Authenticate` header, which says why a token was refused (RFC 6750 §3); empty if there is none. */
    readonly challenge: string = '',
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** Returns the result of a call; `null` if the platform says that there is no such resource. */
export async function nullIfMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

/** Thrown when the platform cannot be reached or cuts off its response. */
export class Unreachable extends CommandFault {}

/**
 * Returns the platform's refusal, with each string on one line and safe to show in a terminal.
 * @param called method and path.
 * @param text the body of the response.
 * @param challenge the `WWW-Authenticate` header.
 */
export function refusalOf(called: string, status: number, text: string, challenge = ''): Refusal {
  const parsed = errorBody.safeParse(jsonOf(text));
  if (!parsed.success) return new Refusal(`${called} returned ${status}.`, status, '', challenge);
  const { error, error_description: words, request_id: requestId, errors } = parsed.data;
  const faults = errors.map(({ pointer, message }) => `\n  ${visible(pointer || '/')}: ${visible(message)}`).join('');
  const of = requestId === undefined ? '' : ` (request ${visible(requestId)})`;
  const message = `${called} returned ${status} ${visible(error)}${of}: ${visible(words)}${faults}`;
  return new Refusal(message, status, error, challenge);
}

/** Returns the reason why the platform cannot be reached. */
export function faultOf(url: string, error: unknown): Unreachable {
  // The error that fetch throws says little; its cause says what happened.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new Unreachable(`${url} cannot be reached: ${visible(message)}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

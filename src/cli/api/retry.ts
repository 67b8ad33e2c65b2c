import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, Unreachable } from './refusal';

/** The first delay, doubled with each consecutive loss up to the limit. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** Statuses of temporary failures, on the platform or on the way to it. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The maximum number of consecutive losses, without any progress in between. */
export const MAX_LOSSES = 10;

/** Returns true if the same call can succeed later. */
export function isPassing(error: unknown): error is Unreachable | Refusal {
  return error instanceof Unreachable || (error instanceof Refusal && PASSING.has(error.status));
}

/** Waits before the next attempt, with jitter. @param losses the number of consecutive losses, from 1. */
export async function waitAfter(losses: number): Promise<void> {
  await sleep(Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (losses - 1)) * (0.5 + Math.random() / 2));
}

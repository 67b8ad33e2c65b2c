import type { TextDecoder } from 'node:util';
import { tenantScheduler } from '../../threads/tenant-scheduler';
import type { TextOwner } from './gate-queue';
import { jsonGate } from './json-gate';
import { parseJson, parseJsonInSteps } from './json-text';

/** Parses a JSON body: a small body immediately, a large body in steps that are scheduled by tenant. Errors: see `parseJson`. */
export async function parseFairly(
  bytes: Buffer,
  decoder: TextDecoder,
  { tenantId }: TextOwner,
  over: AbortSignal,
): Promise<unknown> {
  if (!jsonGate.isLarge(bytes.length)) return parseJson(bytes, decoder);
  return tenantScheduler.runSliced({ kind: 'http.json', tenantId }, parseJsonInSteps(bytes, decoder), over);
}

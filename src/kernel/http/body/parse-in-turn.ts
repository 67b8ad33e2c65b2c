import type { TextDecoder } from 'node:util';
import { tenantTurns } from '../../threads/tenant-turns';
import type { TextOwner } from './gate-queue';
import { jsonGate } from './json-gate';
import { parseJson, parseJsonInSteps } from './json-text';

/** Parses a JSON body: a small one at once, a large one in steps, in the turns of its tenant. Errors: as `parseJson`. */
export async function parseInTurn(
  bytes: Buffer,
  decoder: TextDecoder,
  { tenantId }: TextOwner,
  over: AbortSignal,
): Promise<unknown> {
  if (!jsonGate.isLarge(bytes.length)) return parseJson(bytes, decoder);
  return tenantTurns.slices({ kind: 'http.json', tenantId }, parseJsonInSteps(bytes, decoder), over);
}

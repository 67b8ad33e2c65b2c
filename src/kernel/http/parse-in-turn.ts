import type { TextDecoder } from 'node:util';
import { tenantTurns } from '../threads/tenant-turns';
import { jsonGate, type TextOwner } from './json-gate';
import { parseJson } from './json-text';

/** Parses a JSON body: a small one at once, a large one in its tenant's turn, who pays for the time. Errors: as `parseJson`. */
export async function parseInTurn(
  bytes: Buffer,
  decoder: TextDecoder,
  { tenantId }: TextOwner,
  over: AbortSignal,
): Promise<unknown> {
  if (!jsonGate.isLarge(bytes.length)) return parseJson(bytes, decoder);
  return tenantTurns.run({ kind: 'http.json', tenantId }, () => parseJson(bytes, decoder), over);
}

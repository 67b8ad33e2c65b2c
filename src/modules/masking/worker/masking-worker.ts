import { parentPort } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../../kernel/errors/app-error';
import type { NewMaskingRules } from '../contract/masking-rules.types';
import { type CompiledRules, compileRules } from '../domain/compiled-rules';
import { Masker } from '../domain/masker';
import type { KeyRing, MaskingKeys } from '../domain/masking-keys';
import type { MaskingJob, MaskingReply } from './masking-job';

/** The file of a thread of {@link MaskingThreads}: takes jobs one by one, and answers each. */
const port = parentPort;
if (!port) throw new Error('This file runs in a thread of its own.');

port.on('message', (job: MaskingJob) => {
  port.postMessage(answer(job));
});

function answer({ kind, input, rules, wish, ring }: MaskingJob): MaskingReply {
  try {
    return { kind: 'masked', masked: new Masker(rulesOf(rules), wish, ring && withBuffers(ring))[kind](input) };
  } catch (error) {
    if (error instanceof AppError) return { kind: 'refused', message: error.message };
    // Its message may repeat the text.
    return { kind: 'broken', message: error instanceof Error ? error.name : 'unknown' };
  }
}

/** Rules of the tenants that were here last, by their text: to compile them anew takes longer than most texts. */
const compiledOnes = new LRUCache<string, CompiledRules>({ max: 50 });

function rulesOf(rules: NewMaskingRules): CompiledRules {
  const text = JSON.stringify(rules);
  const known = compiledOnes.get(text);
  if (known) return known;
  const compiled = compileRules(rules);
  compiledOnes.set(text, compiled);
  return compiled;
}

/** A buffer arrives as the bytes it is made of. */
function withBuffers({ current, older }: KeyRing): KeyRing {
  return { current: keysOf(current), older: older.map(keysOf) };
}

function keysOf(keys: MaskingKeys): MaskingKeys {
  return {
    ...keys,
    token: Buffer.from(keys.token),
    hash: Buffer.from(keys.hash),
    format: Buffer.from(keys.format),
    encrypt: Buffer.from(keys.encrypt),
  };
}

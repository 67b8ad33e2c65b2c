import { LRUCache } from 'lru-cache';
import { AppError } from '../../../kernel/errors/app-error';
import type { TaskHandler } from '../../../kernel/threads/pool-messages';
import type { NewMaskingRules } from '../contract/masking-rules.types';
import type { MaskedText } from '../contract/masking.types';
import { type CompiledRules, compileRules } from '../domain/compiled-rules';
import { Masker } from '../domain/masker';
import type { KeyRing, MaskingKeys } from '../domain/masking-keys';
import type { MaskingJob } from './masking-job';

/** Masks text in a thread. */
const handler: TaskHandler<MaskingJob, MaskedText> = ({ kind, input, rules, wish, ring }) => {
  try {
    return new Masker(rulesOf(rules), wish, ring && withBuffers(ring))[kind](input);
  } catch (error) {
    if (error instanceof AppError) throw error;
    // The error's message may repeat the text.
    throw new Error(`Masking failed: ${error instanceof Error ? error.name : 'unknown'}.`);
  }
};

/**
 * The compiled rules of recent tenants, keyed by the rules' text. They are cached because compiling takes longer than masking most texts.
 */
const compiledOnes = new LRUCache<string, CompiledRules>({ max: 50 });

function rulesOf(rules: NewMaskingRules): CompiledRules {
  const text = JSON.stringify(rules);
  const known = compiledOnes.get(text);
  if (known) return known;
  const compiled = compileRules(rules);
  compiledOnes.set(text, compiled);
  return compiled;
}

/** Restores buffers, which arrive as plain bytes. */
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

export default handler;

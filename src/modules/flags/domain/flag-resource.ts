import { createHash } from 'node:crypto';
import type { FlagDefinition } from '../contract/flag-document.types';
import type { FlagResource } from '../contract/flags.types';
import type { FlagSet } from '../engine/flag-set';
import { SharedWork } from '../engine/work-limit';

/**
 * Returns a flag of a set in its API form, or `null` if the flag does not exist.
 * @param work the work budget for all flags of the call: `enabled` requires an evaluation.
 */
export function flagResourceOf(set: FlagSet, key: string, work = new SharedWork()): FlagResource | null {
  const { flags } = set.document;
  const flag = Object.hasOwn(flags, key) ? flags[key] : undefined;
  if (flag === undefined) return null;
  const name = flag.metadata?.['name'];
  return {
    key,
    name: typeof name === 'string' ? name : key,
    enabled: work.share((limit) => set.evaluate(key, {}, limit)).enabled,
    state: flag.state,
    variants: flag.variants,
    defaultVariant: flag.defaultVariant ?? null,
    targeting: flag.targeting ?? null,
    metadata: flag.metadata ?? {},
    etag: flagEntityTag(flag),
  };
}

/**
 * Returns the strong entity tag of a flag. It is derived only from the flag's definition, so that changes to other flags do not affect it.
 */
export function flagEntityTag(flag: FlagDefinition): string {
  return `"${createHash('sha256').update(JSON.stringify(flag)).digest('hex').slice(0, 32)}"`;
}

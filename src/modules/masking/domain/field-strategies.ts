import type { MaskingStrategy } from '../contract/masking.types';
import type { FieldRules } from '../engine/engine.types';
import { fieldRules } from '../engine/field-rules';

/** Fields, with the strategy that replaces their values. */
export interface FieldGroup {
  readonly strategy: MaskingStrategy;
  readonly fields: FieldRules;
}

/** Groups fields by strategy, so that a path is compared only once with each strategy's fields. */
export function fieldGroups(entries: Iterable<readonly [field: string, strategy: MaskingStrategy]>): FieldGroup[] {
  const names = new Map<MaskingStrategy, string[]>();
  for (const [field, strategy] of entries) names.set(strategy, [...(names.get(strategy) ?? []), field]);
  return [...names].map(([strategy, fields]) => ({ strategy, fields: fieldRules(fields) }));
}

/** Returns the strategy of the first group that contains the member at a path, or `null` if no group contains it. */
export function strategyIn(groups: readonly FieldGroup[], path: readonly string[]): MaskingStrategy | null {
  return groups.find(({ fields }) => fields.matches(path))?.strategy ?? null;
}

import { DEFAULT_RULES, type NewMaskingRules } from '../contract/masking-rules.types';
import type { MaskingStrategy } from '../contract/masking.types';
import { ENTITIES } from '../engine/entities';
import type { CompiledPattern, FieldRules } from '../engine/engine.types';
import { DEFAULT_BLOCKED_FIELDS, fieldRules } from '../engine/field-rules';
import { compilePattern } from '../engine/patterns';
import { type FieldGroup, fieldGroups } from './field-strategies';
import { needsKeys } from './stand-in';

/** A tenant's rules, compiled. */
export interface CompiledRules {
  /** The source of the compiled rules. */
  readonly rules: NewMaskingRules;
  /** The names of the entities to find. */
  readonly entities: readonly string[];
  /** Strategies by entity; the default strategy applies to all other entities. */
  readonly strategies: ReadonlyMap<string, MaskingStrategy>;
  /** The tenant's own fields. */
  readonly fields: readonly FieldGroup[];
  readonly allowedFields: FieldRules;
  readonly allowedValues: ReadonlySet<string>;
  readonly patterns: readonly CompiledPattern[];
  /** True if any rule needs the tenant's keys. */
  readonly needsKeys: boolean;
}

/** The common field names (wire contract §2.8) that mark personal data. The other common names mark secrets. */
const PERSONAL_FIELDS: readonly string[] = ['email', 'phone', 'dob', 'ssn', 'credit_card'];

/** The common names of personal data, which is masked with the strategy of the tenant or the call. */
export const PERSONAL: FieldRules = fieldRules(PERSONAL_FIELDS);
/** The common names of secrets, which are redacted unless a rule names the field. */
export const SECRET: FieldRules = fieldRules(DEFAULT_BLOCKED_FIELDS.filter((name) => !PERSONAL_FIELDS.includes(name)));

/**
 * Compiles a tenant's rules. Throws for a pattern that this build refuses: every stored pattern was accepted, so another build must have
 * stored the rules.
 */
export function compileRules(rules: NewMaskingRules): CompiledRules {
  const strategies = new Map<string, MaskingStrategy>();
  for (const { name, strategy } of rules.patterns) strategies.set(name, strategy);
  for (const [name, { strategy }] of Object.entries(rules.entities)) if (strategy) strategies.set(name, strategy);
  const used = [rules.strategy, ...strategies.values(), ...rules.fields.map(({ strategy }) => strategy)];
  return {
    rules,
    entities: ENTITIES.filter(({ name, onByDefault }) => ruleFor(rules, name)?.enabled ?? onByDefault).map(
      ({ name }) => name,
    ),
    strategies,
    fields: fieldGroups(rules.fields.map(({ field, strategy }) => [field, strategy] as const)),
    allowedFields: fieldRules(rules.allowedFields),
    allowedValues: new Set(rules.allowedValues),
    patterns: rules.patterns
      .filter(({ name }) => ruleFor(rules, name)?.enabled !== false)
      .map(({ name, pattern }) => compiled(pattern, name)),
    needsKeys: used.some(needsKeys),
  };
}

/** The rules of the installation. */
export const INSTALLATION_RULES: CompiledRules = compileRules(DEFAULT_RULES);

function ruleFor(rules: NewMaskingRules, name: string): NewMaskingRules['entities'][string] | undefined {
  return Object.hasOwn(rules.entities, name) ? rules.entities[name] : undefined;
}

function compiled(source: string, entity: string): CompiledPattern {
  const pattern = compilePattern(source, entity);
  if (pattern.ok) return pattern;
  throw new Error(`This build refuses the stored pattern ${entity}: ${pattern.reason}`);
}

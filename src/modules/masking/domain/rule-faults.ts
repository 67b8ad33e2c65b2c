import type { FieldError } from '../../../kernel/errors/app-error';
import type { NewMaskingRules } from '../contract/masking-rules.types';
import { ENTITIES } from '../engine/entities';
import { compilePattern } from '../engine/patterns';
import { MAX_PATTERN_SIZE, patternSize } from './pattern-size';

/** The limit for all of a tenant's patterns together, because each of the tenant's texts is matched against all of them. */
const MAX_TOTAL_SIZE = MAX_PATTERN_SIZE;

/** Returns the faults in a tenant's rules that the schema does not find: invalid patterns, and names that do not exist or occur twice. */
export function ruleFaults(rules: NewMaskingRules): FieldError[] {
  const own = new Set<string>();
  const known = new Set(ENTITIES.map(({ name }) => name));
  const total = rules.patterns.reduce((sum, { pattern }) => sum + patternSize(pattern), 0);
  if (total > MAX_TOTAL_SIZE) {
    // Patterns are checked before they are compiled, because compiling takes longer for larger patterns.
    const message = 'The patterns are too large in total: use fewer or smaller repetitions.';
    return [{ pointer: '/patterns', code: 'too_large', message }];
  }
  return [
    ...rules.patterns.flatMap(({ name, pattern }, index) => {
      const faults: FieldError[] = [];
      if (known.has(name)) faults.push(taken(`/patterns/${index}/name`, `${name} is an entity of the platform.`));
      if (own.has(name)) faults.push(taken(`/patterns/${index}/name`, `${name} occurs twice.`));
      own.add(name);
      const compiled = compilePattern(pattern, name);
      if (!compiled.ok) {
        faults.push({ pointer: `/patterns/${index}/pattern`, code: 'invalid_pattern', message: compiled.reason });
      }
      return faults;
    }),
    ...Object.keys(rules.entities)
      .filter((name) => !known.has(name) && !own.has(name))
      .map((name) => ({
        pointer: `/entities/${name}`,
        code: 'unknown_entity',
        message: 'There is no such entity. GET /api/v1/masking/entities lists all of them.',
      })),
  ];
}

function taken(pointer: string, message: string): FieldError {
  return { pointer, code: 'duplicate', message };
}

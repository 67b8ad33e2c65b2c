import { FeatureFlag } from '@openfeature/flagd-core';
import fc from 'fast-check';
import type { FlagDefinition } from '../contract/flag-document.types';
import { validateDocument } from '../domain/validate-document';
import { FlagSet } from './flag-set';

const SILENT = { error: ignore, warn: ignore, info: ignore, debug: ignore };
const NAMES = ['a', 'b', 'true', 'false', '0', '1', '2', 'x'];
const variants = Object.fromEntries(NAMES.map((name) => [name, `v${name}`]));
const CONTEXT = { n: 1, s: 'a', l: ['a', 2, 'b', ''], o: { p: 'b' }, zero: 0, nul: null, e: [], targetingKey: 'u' };

const PATHS = ['n', 's', 'l', 'o.p', 'o', 'zero', 'nope', 'l.1', 'nul', 'e', ''];
const leaf = fc.oneof(
  fc.constantFrom<unknown>('a', 'b', '', 'x', 0, 1, 2, -1, 1.5, true, false, null, '1.2.3', [], [1, 2], ['a', 'b']),
  fc.constantFrom(...PATHS).map((path) => ({ var: path })),
  fc.constant({ var: ['nope', 'a'] }),
);
const LISTS = [{ var: 'l' }, { var: 'e' }, [1, 2]];

const named = (name: string, args: unknown): object => ({ [name]: args });

/** Expressions with most operators, except those for which the library's shortcuts differ from JSON Logic (README). */
const { expression } = fc.letrec<{ expression: unknown; operator: object }>((tie) => {
  const part = tie('expression');
  const among = (...names: string[]) => fc.constantFrom(...names);
  return {
    expression: fc.oneof(
      { depthSize: 'small' },
      { arbitrary: leaf, weight: 3 },
      { arbitrary: tie('operator'), weight: 4 },
    ),
    operator: fc.oneof(
      fc
        .tuple(among('==', '===', '!=', '!==', '<', '<=', '>', '>=', '%', '/', '-', 'in'), fc.tuple(part, part))
        .map(([name, args]) => named(name, args)),
      fc.tuple(among('substr', 'if', '?:'), fc.tuple(part, part, part)).map(([name, args]) => named(name, args)),
      fc
        .tuple(among('and', 'or', '+', '*', 'max', 'min', 'cat', 'if'), fc.array(part, { minLength: 1, maxLength: 4 }))
        .map(([name, args]) => named(name, args)),
      fc.tuple(among('!', '!!'), leaf).map(([name, arg]) => named(name, [arg])),
      fc.tuple(part, part).map(([first, second]) => ({ fractional: [first, ['a', 1], [second, 2]] })),
      fc
        .tuple(among('map', 'filter', 'all', 'none', 'some'), fc.constantFrom(...LISTS), fc.constantFrom(...PATHS))
        .map(([name, list, path]) => named(name, [list, { '==': [{ var: path }, 'a'] }])),
    ),
  };
});

describe('prepareTargeting', () => {
  it('returns the same result as the library', () => {
    let agreed = 0;
    fc.assert(
      fc.property(expression, (targeting) => {
        const flag = { state: 'ENABLED', variants, defaultVariant: 'x', targeting } as FlagDefinition;
        const faults = validateDocument({ flags: { f: flag } });
        fc.pre(typeof targeting === 'object' && targeting !== null);
        fc.pre(faults.every(({ code }) => code === 'unknown_variant'));
        const declared = flag as unknown as ConstructorParameters<typeof FeatureFlag>[1];
        const theirs = new FeatureFlag('f', declared, SILENT, { disableDynamicCodeGeneration: true }).evaluate(CONTEXT);
        // The library evaluates constants in advance and fails on branches that are never taken.
        fc.pre(theirs.errorCode === undefined);
        const ours = new FlagSet(1, { flags: { f: flag } }).evaluate('f', CONTEXT);
        expect([ours.errorCode, ours.reason, ours.variant]).toEqual([null, theirs.reason, theirs.variant ?? null]);
        agreed += 1;
      }),
      { numRuns: 500 },
    );
    expect(agreed).toBeGreaterThan(50);
  });

  it.each<[string, object, string]>([
    [
      'flagd operators within a loop',
      { some: [{ var: 'l' }, { starts_with: [{ cat: [{ var: '' }, '!'] }, 'b'] }] },
      'true',
    ],
    ['a loop over a string: no elements', { some: [{ var: 's' }, true] }, 'false'],
    ['all without elements', { all: [{ var: 'e' }, true] }, 'false'],
    [
      'reduce without an initial value',
      { reduce: [[1, 1], { '+': [{ var: 'current' }, { var: 'accumulator' }] }] },
      '2',
    ],
    ['a list that contains a value', { '!': [{ var: 'l' }] }, 'false'],
    ['an empty object', { '!!': [{ var: 'nope' }] }, 'false'],
    ['a path with a dot in a name', { '!': [{ var: 'o\\.p' }] }, 'true'],
    ['the last of several branches', { if: [false, 'a', { var: 'zero' }, 'b', '2'] }, '2'],
    ['names of missing members', { '!': [{ missing: ['n', 'o.p'] }] }, 'true'],
    ['some of several optional members', { '!': [{ missing_some: [1, ['nope', 'n']] }] }, 'true'],
    ['between', { '<': [0, { var: 'n' }, 2] }, 'true'],
  ])('supports %s', (_name, targeting, variant) => {
    const flag = { state: 'ENABLED', variants, defaultVariant: 'x', targeting } as FlagDefinition;
    expect(validateDocument({ flags: { f: flag } })).toEqual([]);
    expect(new FlagSet(1, { flags: { f: flag } }).evaluate('f', CONTEXT)).toMatchObject({ variant });
  });
});

function ignore(): void {
  return undefined;
}

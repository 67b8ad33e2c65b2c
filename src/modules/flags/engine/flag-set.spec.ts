import fc from 'fast-check';
import type { FlagDocument } from '../contract/flag-document.types';
import { readDocument } from '../domain/read-document';
import { checkContext, readContext } from '../contract/evaluation-context';
import type { EvaluationContext } from '../contract/flag-evaluation.types';
import { FlagSet } from './flag-set';
import { typedEvaluation } from '../contract/typed-evaluation';

const SWITCH = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

function setOf(document: object): FlagSet {
  const read = readDocument(JSON.stringify(document));
  if (read.faults !== null) throw new Error(JSON.stringify(read.faults));
  return new FlagSet(7, read.value);
}

/** Returns the result of a targeting expression for a context, in a flag that is off by default. */
function aimed(targeting: object, context: EvaluationContext = {}): string {
  const { variant, reason, errorCode } = setOf({ flags: { f: { ...SWITCH, targeting } } }).evaluate('f', context);
  return errorCode ?? `${variant} ${reason}`;
}

describe('FlagSet', () => {
  it('evaluates a flag without targeting to its default variant', () => {
    const set = setOf({ metadata: { a: 1, b: 1 }, flags: { f: { ...SWITCH, metadata: { b: 2 } } } });
    const evaluation = set.evaluate('f', {});
    expect(evaluation).toEqual({
      key: 'f',
      enabled: false,
      value: false,
      variant: 'off',
      reason: 'STATIC',
      errorCode: null,
      errorMessage: '',
      metadata: { a: 1, b: 2 },
    });
    expect(set.evaluate('f', { targetingKey: 'x' })).toBe(evaluation);
    expect(set.snapshotId).toBe('7');
  });

  it.each(['missing', 'toString', '__proto__', 'constructor', ''])('does not contain %j', (key) => {
    const { enabled, errorCode, variant } = setOf({ flags: { f: SWITCH } }).evaluate(key, {});
    expect({ enabled, errorCode, variant }).toEqual({ enabled: false, errorCode: 'FLAG_NOT_FOUND', variant: null });
  });

  it('supports flags and variants named like members of Object', () => {
    const flag = { state: 'ENABLED', variants: { valueOf: 'x' }, defaultVariant: 'valueOf' };
    expect(setOf({ flags: { constructor: flag } }).evaluate('constructor', {})).toMatchObject({
      value: 'x',
      enabled: true,
    });
  });

  it.each<[string, object, boolean]>([
    ['true', { variants: { a: true } }, true],
    ['false', { variants: { a: false } }, false],
    ['a string', { variants: { a: 'x' } }, true],
    ['an empty string', { variants: { a: '' } }, false],
    ['0', { variants: { a: 0 } }, false],
    ['an object', { variants: { a: {} } }, true],
    ['a variant named off', { variants: { off: 'x' }, defaultVariant: 'off' }, false],
    ['no default', { variants: { a: true }, defaultVariant: null }, false],
    ['a disabled flag', { state: 'DISABLED', variants: { a: true } }, false],
  ])('reports whether a flag is on: %s', (_name, flag, enabled) => {
    const full = { state: 'ENABLED', defaultVariant: 'a', ...flag };
    expect(setOf({ flags: { f: full } }).evaluate('f', {}).enabled).toBe(enabled);
  });

  it('targets by attributes, shared evaluators, fractions and versions', () => {
    expect(aimed({ if: [{ '==': [{ var: 'a.b' }, 1] }, 'on'] }, { a: { b: 1 } })).toBe('on TARGETING_MATCH');
    expect(aimed({ if: [{ '==': [{ var: 'a.b' }, 1] }, 'on'] }, { a: 1 })).toBe('off DEFAULT');
    expect(aimed({ fractional: [['on', 1]] }, { targetingKey: 'u' })).toBe('on TARGETING_MATCH');
    expect(aimed({ fractional: [['on', 1]] })).toBe('off DEFAULT');
    expect(aimed({ if: [{ sem_ver: [{ var: 'v' }, '^', '1.2'] }, 'on'] }, { v: '1.9.9' })).toBe('on TARGETING_MATCH');
    expect(aimed({ if: [{ '>': [{ var: '$flagd.timestamp' }, 1_700_000_000] }, 'on'] })).toBe('on TARGETING_MATCH');
    expect(aimed({ if: [{ '==': [{ var: '$flagd.flagKey' }, 'f'] }, 'on'] }, { $flagd: { flagKey: 'g' } })).toBe(
      'on TARGETING_MATCH',
    );
    const document = {
      $evaluators: { a: { '!': [{ $ref: 'b' }] }, b: { '==': [{ var: 'x' }, 1] } },
      flags: { f: { ...SWITCH, targeting: { if: [{ $ref: 'a' }, 'on'] } } },
    };
    expect(setOf(document).evaluate('f', { x: 2 }).variant).toBe('on');
  });

  it('treats a string that only looks like a reference as a string', () => {
    const document = {
      $evaluators: { a: true },
      flags: { f: { ...SWITCH, targeting: { if: [{ '==': [{ var: 'x' }, '{"$ref":"a"}'] }, 'on'] } } },
    };
    expect(setOf(document).evaluate('f', { x: '{"$ref":"a"}' }).variant).toBe('on');
  });

  it('returns an error for a flag that cannot be evaluated', () => {
    expect(aimed({ var: 'x' }, { x: 'neither' })).toBe('GENERAL');
    expect(aimed({ var: 'x' }, { x: { toString: 1 } })).toBe('GENERAL');
    expect(aimed({ '==': [{ var: 'x' }, 1] }, { x: [] })).toBe('GENERAL');
    expect(aimed({ '+': [{ var: 'x' }, 1] }, { x: {} })).toBe('GENERAL');
  });

  it('returns an error for each broken definition, and still evaluates the other flags', () => {
    const flags = { ok: SWITCH, lost: { ...SWITCH, targeting: { $ref: 'x' } }, none: { state: 'ON' } };
    const set = new FlagSet(1, { flags } as unknown as FlagDocument);
    const all = set.keys.map((key) => set.evaluate(key, {}));
    expect(all.map(({ key, errorCode }) => [key, errorCode])).toEqual([
      ['ok', null],
      ['lost', 'PARSE_ERROR'],
      ['none', 'PARSE_ERROR'],
    ]);
  });

  it('never throws, regardless of the context', () => {
    const targeting = {
      if: [{ some: [{ var: 'a' }, { '==': [{ var: 'b' }, { var: '' }] }] }, { var: 'c' }, { cat: [{ var: 'd' }, 'n'] }],
    };
    const set = setOf({ flags: { f: { ...SWITCH, targeting } } });
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor'), fc.jsonValue()),
        (context) => {
          expect(['on', 'off', null]).toContain(set.evaluate('f', context).variant);
        },
      ),
    );
  });

  it.each(['toString', 'x.toString', 'x.__proto__', 'constructor.name', 'hasOwnProperty', 'x.length.valueOf'])(
    'does not look up inherited members with %s',
    (path) => {
      const by = { cat: ['', path] };
      expect(aimed({ if: [{ var: by }, 'on'] }, { x: 'text' })).toBe('off DEFAULT');
      expect(aimed({ if: [{ missing: [by] }, 'on'] }, { x: 'text' })).toBe('on TARGETING_MATCH');
      expect(aimed({ if: [{ missing_some: [1, [by]] }, 'on'] }, { x: [1] })).toBe('on TARGETING_MATCH');
    },
  );

  it('looks up own members of any name', () => {
    const by = { cat: ['', 'x.constructor'] };
    expect(aimed({ if: [{ '==': [{ var: by }, 'me'] }, 'on'] }, { x: { constructor: 'me' } })).toBe(
      'on TARGETING_MATCH',
    );
    expect(aimed({ if: [{ var: 'x' }, 'on'] }, { x: { constructor: null } })).toBe('on TARGETING_MATCH');
    expect(aimed({ if: [{ '==': [{ var: 'x.length' }, 2] }, 'on'] }, { x: [1, 2] })).toBe('on TARGETING_MATCH');
  });

  it('does not change the prototype of objects', () => {
    const context = readContext('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}');
    if ('fault' in context) throw new Error(context.fault);
    aimed({ if: [{ var: 'polluted' }, 'on'] }, context.context);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('typedEvaluation', () => {
  const set = setOf({ flags: { f: SWITCH, d: { ...SWITCH, state: 'DISABLED' } } });

  it('returns the value, the default if there is none, or a type mismatch', () => {
    expect(typedEvaluation(set.evaluate('f', {}), 'boolean', true)).toMatchObject({ value: false, reason: 'STATIC' });
    expect(typedEvaluation(set.evaluate('d', {}), 'boolean', true)).toMatchObject({ value: true, reason: 'DISABLED' });
    expect(typedEvaluation(set.evaluate('f', {}), 'string', 'x')).toMatchObject({
      value: 'x',
      errorCode: 'TYPE_MISMATCH',
      enabled: false,
    });
  });
});

describe('a context', () => {
  it.each<[string, string]>([
    ['{', 'The context is not valid JSON.'],
    ['[]', 'The context is not a JSON object.'],
    ['null', 'The context is not a JSON object.'],
    [`{"a": ${'['.repeat(20)}${']'.repeat(20)}}`, 'The context has more than 16 levels.'],
    [JSON.stringify({ a: Array.from({ length: 3_000 }, () => 1) }), 'The context has more than 2000 values.'],
    [JSON.stringify({ a: 'x'.repeat(70_000) }), 'The context is longer than 65536 characters.'],
  ])('%# is refused', (text, fault) => {
    const read = readContext(text);
    expect('context' in read ? checkContext(read.context) : read).toEqual({ fault });
  });

  it('can be empty', () => {
    for (const text of ['', '{}', ' {} ']) expect(readContext(text)).toEqual({ context: {} });
    expect(checkContext({ a: [{ b: null }] })).toEqual({ context: { a: [{ b: null }] } });
  });
});

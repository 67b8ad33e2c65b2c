import { checkFlagIn, readDocument } from './read-document';
import { FLAG_LIMITS, NO_FLAGS } from '../contract/flag-document.types';

const FLAG = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };

/** Returns the faults of a document that contains one flag, `f`, as `pointer code`. */
function faultsOf(flag: object, others: object = {}): readonly string[] {
  const { faults } = readDocument(JSON.stringify({ flags: { f: { ...FLAG, ...flag } }, ...others }));
  return (faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
}

const targeted = (targeting: unknown, others: object = {}): readonly string[] => faultsOf({ targeting }, others);

describe('readDocument', () => {
  it('accepts the documents that flagd accepts', () => {
    const document = {
      $schema: 'https://flagd.dev/schema/v0/flags.json',
      metadata: { flagSetId: 'a', version: 1, beta: true },
      $evaluators: { staff: { ends_with: [{ var: 'email' }, '@example.com'] }, nobody: { '!': [{ $ref: 'staff' }] } },
      flags: {
        f: {
          ...FLAG,
          targeting: {
            if: [
              {
                and: [
                  { $ref: 'staff' },
                  { sem_ver: [{ var: 'v' }, '>=', 'v1.2'] },
                  { in: [{ var: 'c' }, ['at', 'de']] },
                ],
              },
              'on',
              { some: [{ var: 'groups' }, { '==': [{ var: '' }, 'beta'] }] },
              { fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'targetingKey' }] }, ['on', 10], ['off', 90]] },
              null,
            ],
          },
        },
        constructor: { ...FLAG, defaultVariant: null },
        'with/slash ~': { state: 'DISABLED', variants: { a: { x: 1 }, b: {} }, targeting: {} },
        sum: {
          state: 'ENABLED',
          variants: { one: 1 },
          targeting: { reduce: [{ var: 'l' }, { '+': [{ var: 'accumulator' }, 1] }, 0] },
        },
      },
    };
    expect(readDocument(JSON.stringify(document))).toMatchObject({ faults: null });
  });

  it.each<[string, string, { line: number; column: number; pointer?: string; code?: string }]>([
    ['an unclosed object', '{\n  "flags": {', { line: 2, column: 13, code: 'invalid_json' }],
    ['an extra comma', '{"flags": {},\n}', { line: 2, column: 1, code: 'invalid_json' }],
    ['trailing content', '{"flags": {}}\n  x', { line: 2, column: 3, code: 'invalid_json' }],
    [
      'a duplicate flag',
      '{"flags": {\n "a": 1,\n "a": 2}}',
      { line: 3, column: 2, pointer: '/flags/a', code: 'duplicate_member' },
    ],
    ['a string', '"flags"', { line: 1, column: 1, code: 'wrong_type' }],
    ['nothing', '', { line: 1, column: 1, code: 'invalid_json' }],
    ['no flags', '{\n}', { line: 1, column: 1, pointer: '/flags', code: 'missing' }],
    ['an invalid flag', '{"flags":\n {"a":\n  true}}', { line: 3, column: 3, pointer: '/flags/a', code: 'wrong_type' }],
    [
      'a name that all objects have',
      '{"flags": {"__proto__":\n 1}}',
      { line: 2, column: 2, pointer: '/flags/__proto__', code: 'bad_name' },
    ],
    ['depth', `{"flags": ${'['.repeat(100)}`, { line: 1, column: 106, code: 'too_deep' }],
  ])('points at %s', (_name, text, fault) => {
    expect(readDocument(text).faults).toContainEqual(expect.objectContaining(fault));
  });

  it('points into a flag, or next to a missing member', () => {
    const text =
      '{"flags": {\n  "a/b": {\n    "state": "ON",\n    "variants": {"x": 1, "y": "z"},\n    "defaultVariant": "w"\n}}}';
    expect(readDocument(text).faults).toEqual([
      { pointer: '/flags/a~1b/state', code: 'bad_state', message: expect.any(String), line: 3, column: 14 },
      { pointer: '/flags/a~1b/variants/y', code: 'mixed_types', message: expect.any(String), line: 4, column: 31 },
      {
        pointer: '/flags/a~1b/defaultVariant',
        code: 'unknown_variant',
        message: expect.stringContaining('"w"'),
        line: 5,
        column: 23,
      },
    ]);
    expect(readDocument('{"flags": {"a":\n {"state": "ENABLED"}}}').faults).toEqual([
      { pointer: '/flags/a/variants', code: 'missing', message: expect.any(String), line: 2, column: 2 },
    ]);
  });

  it('refuses a document that is too large without reading it', () => {
    const { faults } = readDocument(`{"flags": {"a": "${'x'.repeat(5_000_000)}"}}`);
    expect(faults).toMatchObject([{ code: 'too_large' }]);
  });

  it('refuses too many flags, and reports only the first of too many faults', () => {
    const flags = Object.fromEntries(Array.from({ length: FLAG_LIMITS.maxFlags + 1 }, (_, n) => [`f${n}`, FLAG]));
    expect(readDocument(JSON.stringify({ flags })).faults).toMatchObject([{ pointer: '/flags', code: 'too_many' }]);
    const broken = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${n}`, 1]));
    expect(readDocument(JSON.stringify({ flags: broken })).faults).toHaveLength(FLAG_LIMITS.maxFaults);
  });
});

describe('a flag', () => {
  it.each<[string, object, readonly string[]]>([
    ['an unknown member', { enabled: true }, ['/flags/f/enabled unknown_member']],
    ['no variant', { variants: {}, defaultVariant: null }, ['/flags/f/variants missing']],
    ['a null variant', { variants: { on: null } }, ['/flags/f/variants/on wrong_type']],
    ['a list as a variant', { variants: { on: [] } }, ['/flags/f/variants/on wrong_type']],
    ['an inherited default', { defaultVariant: 'toString' }, ['/flags/f/defaultVariant unknown_variant']],
    [
      'a number that is not exact',
      { variants: { on: 9007199254740993 }, defaultVariant: null },
      ['/flags/f/variants/on too_large'],
    ],
    ['a very small number', { variants: { on: -1e300 }, defaultVariant: null }, ['/flags/f/variants/on too_large']],
    ['a nested number of this kind', { variants: { on: { a: [1, 2 ** 53] } } }, ['/flags/f/variants/on/a/1 too_large']],
    ['deeply nested metadata', { metadata: { a: {} } }, ['/flags/f/metadata/a wrong_type']],
    ['long metadata', { metadata: { a: 'x'.repeat(2_000) } }, ['/flags/f/metadata too_large']],
    ['targeting that is not an object', { targeting: 'on' }, ['/flags/f/targeting wrong_type']],
    ['an empty name', { variants: { on: true, '': false } }, ['/flags/f/variants/ bad_name']],
  ])('is refused for %s', (_name, flag, faults) => {
    expect(faultsOf(flag)).toEqual(faults);
  });

  it('has faults with relative pointers and lines if it is checked separately', () => {
    const text = '{"state": "ENABLED",\n "variants": {"on": true},\n "defaultVariant": "off"}';
    expect(checkFlagIn(NO_FLAGS, 'a', JSON.parse(text), text).faults).toMatchObject([
      { pointer: '/defaultVariant', code: 'unknown_variant', line: 3, column: 20 },
    ]);
  });
});

describe('targeting', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['an unknown operator', { starts_wth: ['a', 'b'] }, ['/flags/f/targeting/starts_wth unknown_operator']],
    ['an operator that only the engine has', { throw: 'x' }, ['/flags/f/targeting/throw unknown_operator']],
    ['a name that all objects have', { constructor: [] }, ['/flags/f/targeting/constructor unknown_operator']],
    ['two operators', { '==': [1, 1], '!=': [1, 1] }, ['/flags/f/targeting not_an_expression']],
    ['a missing variant', { if: [true, 'onn', 'off'] }, ['/flags/f/targeting/if/1 unknown_variant']],
    ['a missing variant in an else branch', { if: [true, 'on', 'of'] }, ['/flags/f/targeting/if/2 unknown_variant']],
    [
      'a missing bucket',
      {
        fractional: [
          ['on', 1],
          ['of', 1],
        ],
      },
      ['/flags/f/targeting/fractional/1/0 unknown_variant'],
    ],
    [
      'a negative weight',
      {
        fractional: [
          ['on', -1],
          ['off', 2],
        ],
      },
      ['/flags/f/targeting/fractional/0/1 bad_weight'],
    ],
    [
      'a weight that is not an integer',
      { fractional: [['on', 0.5]] },
      ['/flags/f/targeting/fractional/0/1 bad_weight'],
    ],
    ['weights without content', { fractional: [['on', 0]] }, ['/flags/f/targeting/fractional bad_weight']],
    ['weights beyond 32 bits', { fractional: [['on', 2 ** 31]] }, ['/flags/f/targeting/fractional bad_weight']],
    ['no bucket', { fractional: [{ var: 'a' }] }, ['/flags/f/targeting/fractional bad_fractional']],
    ['an empty bucket', { fractional: [[], ['on', 1]] }, ['/flags/f/targeting/fractional/0 bad_fractional']],
    ['an invalid bucket', { fractional: [['on', 1, 2]] }, ['/flags/f/targeting/fractional/0 bad_fractional']],
    [
      'an invalid version',
      { if: [{ sem_ver: [{ var: 'v' }, '=', '1.x'] }, 'on'] },
      ['/flags/f/targeting/if/0/sem_ver/2 bad_version'],
    ],
    [
      'an invalid comparison',
      { if: [{ sem_ver: [{ var: 'v' }, '==', '1.0.0'] }, 'on'] },
      ['/flags/f/targeting/if/0/sem_ver/1 bad_version_operator'],
    ],
    [
      'too few arguments',
      { if: [{ starts_with: ['a'] }, 'on'] },
      ['/flags/f/targeting/if/0/starts_with wrong_arguments'],
    ],
    [
      'a number as a string',
      { if: [{ ends_with: [{ var: 'a' }, 1] }, 'on'] },
      ['/flags/f/targeting/if/0/ends_with/1 wrong_arguments'],
    ],
    ['a missing evaluator', { if: [{ $ref: 'staff' }, 'on'] }, ['/flags/f/targeting/if/0/$ref missing_evaluator']],
    ['an inherited evaluator', { if: [{ $ref: 'valueOf' }, 'on'] }, ['/flags/f/targeting/if/0/$ref missing_evaluator']],
    ['an unknown variable of flagd', { if: [{ var: '$flagd.x' }, 'on'] }, ['/flags/f/targeting/if/0/var bad_variable']],
    [
      'a path to inherited members',
      { if: [{ var: 'a.__proto__.b' }, 'on'] },
      ['/flags/f/targeting/if/0/var bad_variable'],
    ],
    ['a constructor', { if: [{ var: ['constructor', 1] }, 'on'] }, ['/flags/f/targeting/if/0/var bad_variable']],
    [
      'a prototype in "missing"',
      { if: [{ missing: ['a', 'b.prototype'] }, 'on'] },
      ['/flags/f/targeting/if/0/missing bad_variable'],
    ],
    [
      'a constructor in "missing_some"',
      { if: [{ missing_some: [1, ['constructor']] }, 'on'] },
      ['/flags/f/targeting/if/0/missing_some bad_variable'],
    ],
    ['a path that leaves a loop', { if: [{ var: '../x' }, 'on'] }, ['/flags/f/targeting/if/0/var bad_variable']],
    [
      'a loop in a loop',
      { if: [{ some: [{ var: 'a' }, { some: [{ var: 'b' }, true] }] }, 'on'] },
      ['/flags/f/targeting/if/0/some/1/some nested_loop'],
    ],
    [
      'a loop over a computed value',
      { if: [{ some: [{ merge: [{ var: 'a' }, { var: 'a' }] }, true] }, 'on'] },
      ['/flags/f/targeting/if/0/some bad_loop'],
    ],
    [
      'a string that doubles',
      { reduce: [{ var: 'a' }, { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }, 'x'] },
      ['/flags/f/targeting/reduce/1/cat bad_loop'],
    ],
  ])('is refused for %s', (_name, targeting, faults) => {
    expect(targeted(targeting)).toEqual(faults);
  });

  it('is refused for circular evaluators, with one fault per cycle', () => {
    const $evaluators = { a: { '!': [{ $ref: 'b' }] }, b: { '!': [{ $ref: 'a' }] } };
    expect(targeted({ if: [{ $ref: 'a' }, 'on'] }, { $evaluators })).toEqual(['/$evaluators/a circular_evaluator']);
  });

  it('is refused when nested evaluators expand to a huge size', () => {
    const names = Array.from({ length: 30 }, (_, n) => `e${n}`);
    const $evaluators = Object.fromEntries(
      names.map((name, n) => [name, n === 0 ? true : { and: [{ $ref: `e${n - 1}` }, { $ref: `e${n - 1}` }] }]),
    );
    expect(
      targeted({ if: [{ $ref: 'e29' }, 'on'] }, { $evaluators }).every((fault) => /too_(large|deep)$/.test(fault)),
    ).toBe(true);
  });

  it('is refused if an evaluator returns a variant that the flag does not have', () => {
    const $evaluators = { pick: { if: [true, 'onn'] } };
    expect(targeted({ $ref: 'pick' }, { $evaluators })).toEqual(['/flags/f/targeting/$ref unknown_variant']);
  });

  it('is refused when all flags together are too large', () => {
    const $evaluators = { long: { in: [{ var: 'user' }, Array.from({ length: 10_000 }, (_, n) => n)] } };
    const flag = { ...FLAG, targeting: { if: [{ $ref: 'long' }, 'on'] } };
    const flags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, flag]));
    expect(readDocument(JSON.stringify({ $evaluators, flags: flags(9) })).faults).toBeNull();
    const { faults } = readDocument(JSON.stringify({ $evaluators, flags: flags(12) }));
    expect(faults).toMatchObject([{ pointer: '/flags', code: 'too_large' }]);
    const wide = { ...FLAG, variants: { on: { a: Array.from({ length: 110_000 }, () => 1) } } };
    expect(readDocument(JSON.stringify({ flags: { wide } })).faults).toMatchObject([{ code: 'too_large' }]);
  });

  it('is refused when it is too deep or too large', () => {
    let deep: unknown = true;
    for (let n = 0; n < 40; n++) deep = { '!': [deep] };
    expect(targeted({ if: [deep, 'on'] })).toEqual(['/flags/f/targeting too_deep']);
    const wide = { or: Array.from({ length: 1_100 }, () => ({ var: 'a' })) };
    expect(targeted({ if: [wide, 'on'] })).toEqual(['/flags/f/targeting too_large']);
  });
});

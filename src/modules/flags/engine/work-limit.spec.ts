import type { EvaluationContext } from '../contract/flag-evaluation.types';
import { readDocument } from '../domain/read-document';
import { FlagSet } from './flag-set';
import { FLAG_STEPS, WorkLimit } from './work-limit';

const SWITCH = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

/** Evaluates a valid flag with a work limit. */
function evaluated(targeting: object, context: EvaluationContext) {
  const read = readDocument(JSON.stringify({ flags: { f: { ...SWITCH, targeting } } }));
  if (read.faults !== null) throw new Error(JSON.stringify(read.faults));
  const work = new WorkLimit();
  const evaluation = new FlagSet(1, read.value).evaluate('f', context, work);
  return { evaluation, steps: work.spent };
}

const when = (condition: object): object => ({ if: [condition, 'on', 'off'] });
const list = Array.from({ length: 1_900 }, () => 'x');
const big = 'z'.repeat(58_000);
const words = Array.from({ length: 19_000 }, (_, n) => `u${n}`);
const ones = Array.from({ length: 19_000 }, () => 1);
const each = (body: object): object => when({ some: [{ var: 'list' }, body] });

describe('the work limit of one evaluation', () => {
  it.each<[string, object, EvaluationContext]>([
    [
      'an accumulator that is a long string',
      when({
        reduce: [
          { var: 'list' },
          { if: [{ in: ['q', { var: 'accumulator' }] }, { var: 'accumulator' }, { var: 'accumulator' }] },
          { var: 'big' },
        ],
      }),
      { list, big },
    ],
    ['a long string in a loop', each({ in: [{ var: '' }, 'z'.repeat(450_000)] }), { list }],
    ['a long list in a loop', each({ in: [{ var: '' }, words] }), { list }],
    ['lists concatenated in a loop', each({ in: ['zz', { merge: [{ var: '' }, ...words] }] }), { list }],
    ['strings concatenated in a loop', each({ in: ['zz', { cat: [{ var: '' }, ...words] }] }), { list }],
    ['a sum in a loop', each({ '==': [{ '+': [{ var: 'length' }, ...ones] }, -5] }), { list }],
    ['a maximum in a loop', each({ '<': [{ max: [{ var: 'length' }, ...ones] }, -5] }), { list }],
    ['conditions in a loop', each({ '!': [{ and: [{ var: '' }, ...ones] }] }), { list }],
    ['an unused list in a loop', when({ all: [{ var: 'list' }, [{ var: '' }, ...ones]] }), { list }],
    ['missing paths in a loop', each({ '!': [{ missing: words }] }), { list }],
    [
      'strings created in a loop',
      when({ map: [{ var: 'list' }, { cat: [{ var: '' }, 'z'.repeat(400_000)] }] }),
      { list },
    ],
    ['a computed path in a loop', each({ var: { cat: [{ var: '' }, '.a'.repeat(200_000)] } }), { list }],
    [
      'many members in a loop',
      when({ reduce: [{ var: 'list' }, { if: [{ var: 'accumulator' }, { var: 'accumulator' }] }, { var: 'wide' }] }),
      { list: list.slice(0, 900), wide: Object.fromEntries(words.slice(0, 1_000).map((word) => [word, 1])) },
    ],
  ])('stops %s', (_name, targeting, context) => {
    const { evaluation, steps } = evaluated(targeting, context);
    expect(evaluation).toMatchObject({ enabled: false, variant: null, reason: 'ERROR', errorCode: 'GENERAL' });
    expect(evaluation.errorMessage).toMatch(/takes too long for this context/);
    expect(steps).toBe(FLAG_STEPS);
  });

  it('is not spent on an object that only claims a length', () => {
    expect(evaluated(each({ '!': [{ var: '' }] }), { list: { length: 1e9 } }).evaluation.variant).toBe('off');
  });

  it('stops a doubling result before it becomes a string', () => {
    const doubles = [{ var: 'accumulator' }, { var: 'accumulator' }];
    const { evaluation } = evaluated({ reduce: [{ var: 'list' }, doubles, 'x'] }, { list });
    expect(evaluation.errorCode).toBe('GENERAL');
  });

  it('allows realistic rules', () => {
    const rules = Array.from({ length: 120 }, (_, n) => ({
      and: [
        { in: [{ var: 'country' }, ['de', 'fr', 'it']] },
        { ends_with: [{ var: 'email' }, `@team-${n}.example.com`] },
        { sem_ver: [{ var: 'app.version' }, '>=', '1.2.3'] },
      ],
    }));
    const context = {
      country: 'de',
      email: 'a@example.com',
      app: { version: '2.0.0' },
      agent: 'Mozilla/5.0 '.repeat(20),
    };
    const many = evaluated(when({ or: rules }), context);
    expect(many.evaluation.variant).toBe('off');
    expect(many.steps).toBeLessThan(FLAG_STEPS / 20);
    const users = evaluated(when({ in: [{ var: 'targetingKey' }, words] }), { targetingKey: 'u18999' });
    expect(users.evaluation.variant).toBe('on');
    expect(users.steps).toBeLessThan(FLAG_STEPS / 10);
    const groups = { some: [{ var: 'groups' }, { in: [{ var: '' }, words.slice(0, 1_000)] }] };
    expect(evaluated(when(groups), { groups: list.slice(0, 100) }).evaluation.variant).toBe('off');
    const short = { filter: [{ var: 'list' }, { in: ['y', { var: '' }] }] };
    expect(evaluated(when(short), { list }).evaluation.variant).toBe('off');
  });

  it('counts the same steps each time', () => {
    const targeting = each({ in: [{ var: '' }, words.slice(0, 100)] });
    const first = evaluated(targeting, { list });
    const again = evaluated(targeting, { list });
    expect(again.steps).toBe(first.steps);
    expect(again.evaluation.errorCode).toBe(first.evaluation.errorCode);
  });

  it('is exceeded by a charge that is not a number', () => {
    const work = new WorkLimit(10);
    expect(() => {
      work.charge(Number.NaN);
    }).toThrow(RangeError);
    expect([work.isExceeded, work.spent]).toEqual([true, 10]);
  });
});

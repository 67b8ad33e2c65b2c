import { Budget, DEFAULT_LIMITS } from '../../evaluate/budget.js';
import { LimitExceeded } from '../../errors.js';
import { nextPemBlock, pemBlocks } from './pem.js';
import { processorMs } from '../../../../test/support/processor-time.js';

const block = (type: string, body = 'aGk=', newline = '\n'): string =>
  [`-----BEGIN ${type}-----`, body, `-----END ${type}-----`, ''].join(newline);

describe('PEM', () => {
  const budget = new Budget({ ...DEFAULT_LIMITS, deadlineMs: 10_000 });

  test.each([
    ['a plain block', block('A'), ['A:hi']],
    ['Windows line endings', block('A', 'aGk=', '\r\n'), ['A:hi']],
    ['text before and between blocks', `x\n${block('A')}y\n${block('B')}z`, ['A:hi', 'B:hi']],
    ['headers', block('A', 'Proc-Type: 4,ENCRYPTED\nDEK: x\n\naGk='), ['A:hi']],
    ['white space in the body', block('A', ' aG\t\nk= '), ['A:hi']],
    ['an empty body', '-----BEGIN A-----\n-----END A-----\n', ['A:']],
    ['no line break at the end', block('A').trim(), ['A:hi']],
    ['a damaged block before a valid one', `${block('A', '!')}${block('B')}`, ['B:hi']],
    ['a different name at the end', '-----BEGIN A-----\naGk=\n-----END B-----\n', []],
    ['text after the end line', `${block('A').trim()} x`, []],
    ['no end', '-----BEGIN A-----\naGk=', []],
    ['BEGIN inside a line', `x ${block('A')}`, []],
  ])('%s', (_name, text, expected) => {
    expect(pemBlocks(text, budget).map(({ type, bytes }) => `${type}:${bytes.toString()}`)).toEqual(expected);
  });

  test('the rest starts after the last line of the block', () => {
    expect(nextPemBlock(`${block('A')}rest`, 0, budget)?.end).toBe(block('A').length);
  });

  test('parsing stops when the budget is spent, even if each line requires a scan', () => {
    const hostile = `${'-----BEGIN A-----\n'.repeat(50_000)}-----END B-----\n`;
    const started = processorMs();
    expect(() => pemBlocks(hostile, new Budget({ ...DEFAULT_LIMITS, deadlineMs: 50 }))).toThrow(LimitExceeded);
    expect(processorMs() - started).toBeLessThan(5_000);
  });

  test('long blank lines are parsed in linear time', () => {
    const started = processorMs();
    pemBlocks(`-----BEGIN A-----${' '.repeat(900_000)}x\n${block('B')}`, budget);
    expect(processorMs() - started).toBeLessThan(5_000);
  });
});

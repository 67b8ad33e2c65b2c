import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePiiCases } from './pii-cases';
import { type PiiReport, runPiiConformance } from './run-pii-conformance';

const CASES = join(__dirname, '../../../../../../shared/conformance/pii-cases.json');

const run = (cases: object[], validators: object[] = []): PiiReport =>
  runPiiConformance(
    parsePiiCases(
      JSON.stringify({
        cases: cases.map((item) => ({ recognizer: 'R', test: 't', entity: 'EMAIL_ADDRESS', ...item })),
        validators: validators.map((item) => ({ test: 't', ...item })),
      }),
    ),
  );

describe('runPiiConformance', () => {
  it.each([
    ['the span, in code points', { text: '😀 a@b.com', expected_count: 1, expected_spans: [[2, 9]] }, undefined],
    [
      'a different span',
      { text: '😀 a@b.com', expected_count: 1, expected_spans: [[3, 10]] },
      'wanted [[3,10]], found [[2,9]]',
    ],
    ['only the number', { text: 'a@b.com', expected_count: 1, expected_spans: [] }, undefined],
    ['a different number', { text: 'a@b.com', expected_count: 2, expected_spans: [[0, 7]] }, 'wanted 2, found [[0,7]]'],
    ['none', { text: 'a', expected_count: 0, expected_spans: [[0, 1]] }, undefined],
    ['an unexpected finding', { text: 'a@b.com', expected_count: 0 }, 'wanted 0, found [[0,7]]'],
    ['only spans', { text: 'a@b.com', expected_spans: [[0, 6]] }, 'wanted [[0,6]], found [[0,7]]'],
    ['an entity that does not exist', { entity: 'X', text: 'a', expected_count: 1 }, 'wanted 1, found []'],
  ])('judges %s', (_, item, reason) => {
    const { failures, passed } = run([item]);
    expect(failures.map((failure) => failure.reason)).toEqual(reason === undefined ? [] : [reason]);
    expect(passed).toBe(reason === undefined ? 1 : 0);
  });

  it('requires 95% of the cases and all of the values to pass', () => {
    const [right, wrong] = [
      { text: 'a@b.com', expected_count: 1 },
      { text: 'a@b.com', expected_count: 0 },
    ];
    const nineteen = Array.from({ length: 19 }, () => right);
    expect(run([...nineteen, wrong]).conforms).toBe(true);
    expect(run([...nineteen, wrong, wrong]).conforms).toBe(false);
    const value = { source: 'test_pl_pesel_recognizer.py', value: '44051401458' };
    expect(run(nineteen, [{ ...value, expected: true }]).conforms).toBe(true);
    expect(run(nineteen, [{ ...value, expected: null }]).conforms).toBe(false);
  });

  it.each(['{', '[]', '{}', '{"cases":[1]}', '{"cases":[{"test":"t","text":"a"}]}', '{"cases":[],"validators":{}}'])(
    'refuses %s',
    (json) => {
      expect(() => parsePiiCases(json)).toThrow();
    },
  );
});

describe("Presidio's public cases", () => {
  if (!existsSync(CASES)) {
    it.skip(`are not at ${CASES}`, () => undefined);
    return;
  }

  it('pass', () => {
    const report = runPiiConformance(parsePiiCases(readFileSync(CASES, 'utf8')));
    const rows = [...report.recognizers, ...report.values].map(
      ({ name, passed, total }) => `${name.padEnd(45)}${passed}/${total}`,
    );
    console.log([...rows, `${report.passed}/${report.total}`].join('\n'));
    expect(report.failures).toEqual([]);
    expect(report.conforms).toBe(true);
  });
});

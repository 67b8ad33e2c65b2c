import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runConformance, type SuiteFile } from './run-conformance';

const SUITE = join(__dirname, '../../../../../shared/conformance/flagd');

const FLAGS: SuiteFile = {
  name: 'flags.json',
  text: JSON.stringify({
    metadata: { set: 'a' },
    flags: {
      plain: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on', metadata: { n: 1 } },
      aimed: {
        state: 'ENABLED',
        variants: { hit: { a: [1] }, miss: {} },
        defaultVariant: 'miss',
        targeting: { if: [{ '==': [{ var: 'user.name' }, 'x|y'] }, 'hit'] },
      },
      lost: {
        state: 'ENABLED',
        variants: { a: 'a' },
        defaultVariant: 'a',
        targeting: { if: [{ $ref: 'nowhere' }, 'a'] },
      },
    },
  }),
};

function run(...scenario: readonly string[]): readonly string[] {
  const text = ['Feature: f', ...scenario].join('\n');
  return runConformance([{ name: 'f', text }], [FLAGS]).failures.map(({ reason }) => reason);
}

const PLAIN = ['Scenario: s', 'Given an evaluator', 'And a Boolean-flag with key "plain" and a fallback value "false"'];
const ASKED = [...PLAIN, 'When the flag was evaluated with details'];

describe('runConformance', () => {
  it('passes a scenario whose expectations are met', () => {
    const table = [
      'Then the resolved metadata should contain',
      '| key | metadata_type | value |',
      '| n | Integer | 1 |',
      '| set | String | a |',
    ];
    const thens = [
      'Then the resolved details value should be "true"',
      'And the reason should be "STATIC"',
      'And the variant should be "on"',
    ];
    expect(run(...ASKED, ...thens, 'And the error-code should be ""', ...table)).toEqual([]);
  });

  it.each([
    ['a value', 'Then the resolved details value should be "false"', 'value: wanted false, got true'],
    ['a reason', 'Then the reason should be "DEFAULT"', 'reason: wanted "DEFAULT", got "STATIC"'],
    ['a variant', 'Then the variant should be "off"', 'variant: wanted "off", got "on"'],
    ['an error', 'Then the error-code should be "GENERAL"', 'error code: wanted "GENERAL", got ""'],
    ['an unknown step', 'Then all is well', 'no such step: all is well'],
  ])('fails %s that does not match', (_name, then, reason) => {
    expect(run(...ASKED, then)).toEqual([reason]);
  });

  it('fails a scenario that does not evaluate a flag', () => {
    expect(run(...PLAIN, 'Then the reason should be "STATIC"')).toEqual(['nothing was evaluated']);
  });

  it('fails metadata with a different value or type', () => {
    const table = [
      'Then the resolved metadata should contain',
      '| key | metadata_type | value |',
      '| n | String | 1 |',
    ];
    expect(run(...ASKED, ...table)).toEqual(['metadata n: wanted "1", got 1']);
  });

  it('expands each example to a scenario, with the background first and escapes resolved', () => {
    const text = [
      'Feature: f',
      'Background:',
      'Given an evaluator',
      '@a',
      'Scenario Outline: o <name>',
      'Given a Object-flag with key "aimed" and a fallback value "{}"',
      'And a context containing a nested property with outer key "user" and inner key "name", with value "<name>"',
      'When the flag was evaluated with details',
      'Then the resolved details value should be "<value>"',
      'Examples:',
      '| name | value |',
      '| x\\|y | {\\"a\\": [1]} |',
      '| z | {\\"a\\": [1]} |',
      '@fractional-v1',
      'Examples: old',
      '| name | value |',
      '| z | nothing |',
    ].join('\n');
    const report = runConformance([{ name: 'f', text }], [FLAGS]);
    expect(report).toMatchObject({ passed: 1, total: 2, skipped: 1 });
    expect(report.failures[0]).toMatchObject({
      scenario: expect.stringContaining('o z'),
      reason: 'value: wanted {"a":[1]}, got {}',
    });
  });

  it('evaluates broken flags without checking them first', () => {
    const given = 'Given a String-flag with key "lost" and a fallback value "f"';
    const thens = ['Then the error-code should be "PARSE_ERROR"', 'And the resolved details value should be "f"'];
    expect(run('Scenario: s', given, 'When the flag was evaluated with details', ...thens)).toEqual([]);
  });

  it('fails a file that is not Gherkin or has no scenario', () => {
    expect(run('Scenario: s', 'Given an evaluator', 'Perhaps a step')).toEqual([
      expect.stringMatching(/\(4:1\): .* got 'Perhaps a step'/),
    ]);
    expect(run()).toEqual(['the file has no scenario']);
  });
});

describe("flagd's public evaluator suite", () => {
  if (!existsSync(SUITE)) {
    it.skip(`is not at ${SUITE}`, () => undefined);
    return;
  }

  it('passes', () => {
    const read = (extension: string): SuiteFile[] =>
      readdirSync(SUITE)
        .filter((name) => name.endsWith(extension))
        .map((name) => ({ name, text: readFileSync(join(SUITE, name), 'utf8') }));
    const report = runConformance(read('.feature'), read('.json'));
    const table = report.features.map(({ feature, passed, total }) => `${feature.padEnd(40)}${passed}/${total}`);
    console.log([...table, `${report.passed}/${report.total}`].join('\n'));
    expect(report.total).toBeGreaterThan(0);
    expect(report.failures).toEqual([]);
  });
});

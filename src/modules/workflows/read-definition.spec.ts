import { AppError } from '../../kernel/errors/app-error';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import { parseYaml } from './parse-yaml';
import { readDefinition } from './read-definition';

jest.mock('./parse-yaml', () => {
  const actual = jest.requireActual<{ parseYaml: (text: string) => unknown }>('./parse-yaml');
  return { parseYaml: jest.fn(actual.parseYaml) };
});
beforeEach(() => jest.mocked(parseYaml).mockClear());

const STEP = { id: 'a', type: 'wait', seconds: 1 };

/** Returns the faults of a text as `pointer code`, or the message if there are no pointers. */
function faultsOf(text: string): readonly string[] {
  try {
    readDefinition(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.fields.length === 0 ? [error.message] : error.fields.map(({ pointer, code }) => `${pointer} ${code}`);
  }
  return [];
}

describe('a definition', () => {
  it('is refused because of its length before it is parsed', () => {
    const members = Object.fromEntries(Array.from({ length: 40_000 }, (_, n) => [`m${n}`, n]));
    const text = JSON.stringify(members);
    const parseJson = jest.spyOn(JSON, 'parse');
    try {
      expect(faultsOf(text)).toEqual([' too_large']);
      expect(faultsOf('#'.repeat(WORKFLOW_LIMITS.maxDefinitionBytes + 1))).toEqual([' too_large']);
      expect(parseJson).not.toHaveBeenCalled();
      expect(parseYaml).not.toHaveBeenCalled();
    } finally {
      parseJson.mockRestore();
    }
  });

  it('in JSON is parsed as JSON', () => {
    expect(readDefinition(`\n ${JSON.stringify({ name: 'flow', steps: [STEP] })}`)).toMatchObject({ name: 'flow' });
    expect(parseYaml).not.toHaveBeenCalled();
  });

  it.each([
    ['a duplicate member', '{"name":"a","steps":[],"name":"b"}', '/name duplicate_member'],
    ['a nested duplicate member', '{"steps":[{"id":"a","id":"b"}]}', '/steps/0/id duplicate_member'],
    ['endless nesting', `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`, ' too_deep'],
  ])('in JSON with %s is refused', (_what, text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it.each([
    ['a duplicate member', 'name: a\nsteps: []\nname: b\n', 'There is already a member "name" (line 3, column 1).'],
    ['a number and its text as names', '1: a\n"1": b\n', 'There is already a member "1" (line 2, column 1).'],
    ['a list as a name', '? [a]\n: b\n', 'The name of a member must be a plain string (line 1, column 1).'],
    ['a syntax error', 'name: a\nsteps: [\n', 'The definition is neither YAML nor JSON (line 3, column 1).'],
    [
      'a syntax error in braces',
      '{"name": "a", steps: [}',
      'The definition is neither YAML nor JSON (line 1, column 23).',
    ],
  ])('in YAML with %s is refused', (_what, text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it.each([1_000, 5_000, 100_000])('in YAML with %i levels is refused', (levels) => {
    expect(faultsOf('['.repeat(levels) + ']'.repeat(levels))).toHaveLength(1);
  });

  it('in YAML can use flow style', () => {
    expect(readDefinition('{name: flow, steps: [{id: a, type: wait, seconds: 1}]}')).toMatchObject({ steps: [STEP] });
  });
});

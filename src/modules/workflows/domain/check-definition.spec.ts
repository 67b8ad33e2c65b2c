import { AppError } from '../../../kernel/errors/app-error';
import { definitionFaults, type KnownSkill, type Surroundings } from './check-definition';
import { readDefinition } from '../read-definition';

const greet: KnownSkill = {
  inputSchema: {
    type: 'object',
    properties: { name: { type: 'string' } },
    required: ['name'],
    additionalProperties: false,
  },
  outputSchema: { type: 'object', properties: { text: { type: 'string' } }, additionalProperties: false },
};
const around: Surroundings = {
  skills: new Map([['greet', greet]]),
  workflows: new Set(['other', 'back']),
  ring: ['back', 'further', 'flow'],
  urlFault: (url) =>
    url.includes('10.0.0.1') ? { code: 'private', message: 'The URL must resolve to a public host.' } : null,
};
const wait = (id: string, more: object = {}) => ({ id, type: 'wait', seconds: 1, ...more });
const faults = (...steps: object[]) => faultsOf({ name: 'flow', steps });
function faultsOf(definition: object): string[] {
  try {
    return definitionFaults(readDefinition(JSON.stringify(definition)), around).map(
      (one) => `${one.pointer} ${one.code}`,
    );
  } catch (error) {
    if (error instanceof AppError) return error.fields.map((one) => `${one.pointer} ${one.code}`);
    throw error;
  }
}

describe('a definition is refused, with a pointer, for', () => {
  it.each<[string, string, object[]]>([
    [
      'a cycle',
      '/steps/2/dependsOn circle',
      [wait('z'), wait('a', { dependsOn: ['b'] }), wait('b', { dependsOn: ['a'] })],
    ],
    ['a step that depends on itself', '/steps/0/dependsOn circle', [wait('a', { dependsOn: ['a'] })]],
    ['an unknown step', '/steps/0/dependsOn/0 unknown_step', [wait('a', { dependsOn: ['b'] })]],
    ['a duplicate id', '/steps/1/id twice', [wait('a'), wait('a')]],
    ['an unknown skill', '/steps/0/skill unknown_skill', [{ id: 'a', type: 'skill', skill: 'nobody@3' }]],
    ['an unknown workflow', '/steps/0/workflow unknown_workflow', [{ id: 'a', type: 'workflow', workflow: 'nobody' }]],
    ['a workflow that runs itself', '/steps/0/workflow circle', [{ id: 'a', type: 'workflow', workflow: 'flow' }]],
    ['a private address', '/steps/0/url private', [{ id: 'a', type: 'webhook', url: 'https://10.0.0.1/x' }]],
    ['a host from a template', '/steps/0/url host', [{ id: 'a', type: 'webhook', url: 'https://{{input.host}}/x' }]],
    ['code', '/steps/0/condition template', [wait('a', { condition: 'process.exit()' })]],
    [
      'a step that is read before it ends',
      '/steps/1/condition not_before',
      [wait('a'), wait('b', { condition: 'steps.a.output' })],
    ],
    [
      'a case that names an unknown step',
      '/steps/0/cases/0/steps/0 unknown_step',
      [{ id: 'a', type: 'switch', cases: [{ when: 'true', steps: ['b'] }] }, wait('b')],
    ],
    ['a wait without a condition', '/steps/0 wait', [{ id: 'a', type: 'wait' }]],
    ['a missing member', '/steps/0/input required', [{ id: 'a', type: 'skill', skill: 'greet', input: {} }]],
    [
      'an unknown member',
      '/steps/0/input/x unknown_member',
      [{ id: 'a', type: 'skill', skill: 'greet', input: { name: 'n', x: 1 } }],
    ],
    [
      'a literal of a different type',
      '/steps/0/input/name type',
      [{ id: 'a', type: 'skill', skill: 'greet', input: { name: 1 } }],
    ],
    ['1,000 steps', '/steps too_big', Array.from({ length: 1_000 }, (_, at) => wait(`s${at}`))],
    ['an unknown type', '/steps/0/type invalid_union', [{ id: 'a', type: 'script', code: '1' }]],
  ])('%s', (_what, expected, steps) => {
    expect(faults(...steps)).toContain(expected);
  });

  it('an output that cannot exist, or that does not match the next input', () => {
    const first = { id: 'a', type: 'skill', skill: 'greet', input: { name: 'Ada' } };
    const next = (name: string) => ({ id: 'b', type: 'skill', skill: 'greet', dependsOn: ['a'], input: { name } });
    expect(faults(first, next('{{steps.a.output.text}}'))).toEqual([]);
    expect(faults(first, next('{{steps.a.output.words}}'))).toContain('/steps/1/input/name unresolvable');
    expect(faults(first, next('{{steps.a.output.words | default("x")}}'))).toEqual([]);
    expect(faults(first, next('{{steps.a.output}}'))).toContain('/steps/1/input/name type');
  });

  it('an input member that the workflow’s input schema does not allow', () => {
    const inputSchema = { type: 'object', properties: { n: { type: 'number' } }, additionalProperties: false };
    const steps = [wait('a', { condition: 'input.m > 1' })];
    expect(faultsOf({ name: 'flow', inputSchema, steps })).toEqual(['/steps/0/condition unresolvable']);
  });

  it('a schedule that runs every second, and an invalid schedule', () => {
    const scheduled = (cron: string) =>
      faultsOf({ name: 'f', trigger: { type: 'schedule', cron }, steps: [wait('a')] });
    expect(scheduled('* * * * * *')).toEqual(['/trigger/cron too_often']);
    expect(scheduled('every day')).toEqual(['/trigger/cron cron']);
    expect(scheduled('0 6 * * 1-5')).toEqual([]);
  });

  it('nesting that is too deep', () => {
    const input = JSON.parse('['.repeat(200) + ']'.repeat(200)) as unknown;
    expect(faults({ id: 'a', type: 'workflow', workflow: 'other', input })).toEqual([' too_deep']);
  });
});

describe('YAML', () => {
  it('is read like JSON', () => {
    const text = 'name: flow\nsteps:\n  - id: a\n    type: wait\n    seconds: 2\n';
    expect(readDefinition(text)).toEqual(
      readDefinition(JSON.stringify({ name: 'flow', steps: [{ id: 'a', type: 'wait', seconds: 2 }] })),
    );
  });

  it.each([
    ['aliases that expand to gigabytes', 'a: &a [x]\nb: [*a, *a]\n'],
    ['duplicate members', 'name: a\nname: b\n'],
    ['text that is not YAML', 'name: [a\n'],
  ])('with %s is refused', (_what, text) => {
    expect(() => readDefinition(text)).toThrow(AppError);
  });
});

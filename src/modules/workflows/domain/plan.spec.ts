import { workflowStep, type WorkflowStep } from '../contract/workflow-definition.types';
import { mermaidOf, svgOf } from './draw';
import { fatalStep, nextSteps, type StepState, undoOrder } from './plan';

const step = (id: string, dependsOn: string[] = [], more: object = {}): WorkflowStep =>
  workflowStep.parse({ id, type: 'wait', seconds: 1, dependsOn, ...more });
const standings = (states: Record<string, StepState>, outputs: Record<string, unknown> = {}) =>
  new Map(Object.entries(states).map(([id, state]) => [id, { state, output: outputs[id] ?? null }]));
const next = (steps: WorkflowStep[], ...of: Parameters<typeof standings>) => {
  const { ready, skipped } = nextSteps(steps, standings(...of));
  return { ready: ready.map(({ id }) => id), skipped: skipped.map(({ id }) => id) };
};

const diamond = [step('a'), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])];

it('a step begins as soon as all steps that it depends on have ended', () => {
  expect(next(diamond, {})).toEqual({ ready: ['a'], skipped: [] });
  expect(next(diamond, { a: 'running' })).toEqual({ ready: [], skipped: [] });
  expect(next(diamond, { a: 'succeeded' })).toEqual({ ready: ['b', 'c'], skipped: [] });
  expect(next(diamond, { a: 'succeeded', b: 'succeeded', c: 'waiting' })).toEqual({ ready: [], skipped: [] });
});

it('skips a step if all its dependencies were skipped, and runs it if any of them succeeded', () => {
  expect(next(diamond, { a: 'skipped' })).toEqual({ ready: [], skipped: ['b', 'c'] });
  expect(next(diamond, { a: 'succeeded', b: 'skipped', c: 'succeeded' })).toEqual({ ready: ['d'], skipped: [] });
});

it('a switch runs the steps of the matching case, and the steps that belong to no case', () => {
  const way = { type: 'switch', seconds: undefined, cases: [{ when: 'true', steps: ['b'] }], default: ['c'] };
  const { seconds: _seconds, ...cases } = way;
  const choice = workflowStep.parse({ id: 'a', ...cases });
  const steps = [choice, step('b', ['a']), step('c', ['a']), step('always', ['a']), step('d', ['b', 'c'])];
  const output = { a: { steps: ['b'] } };
  expect(next(steps, { a: 'succeeded' }, output)).toEqual({ ready: ['b', 'always'], skipped: ['c'] });
  expect(next(steps, { a: 'succeeded', b: 'succeeded', c: 'skipped', always: 'running' }, output).ready).toEqual(['d']);
});

it('a failed step fails the run unless the step allows the run to continue', () => {
  const steps = [step('a', [], { onError: 'continue' }), step('b', ['a'])];
  expect(fatalStep(steps, standings({ a: 'failed' }))).toBeNull();
  expect(next(steps, { a: 'failed' }).ready).toEqual(['b']);
  expect(fatalStep(steps, standings({ a: 'failed', b: 'failed' }))?.id).toBe('b');
});

it('undoes succeeded steps in reverse order', () => {
  const call = (id: string) =>
    workflowStep.parse({ id, type: 'skill', skill: 's', undo: { type: 'skill', skill: 'undo' } });
  const steps = [call('a'), step('b'), call('c')];
  expect(undoOrder(steps, ['a', 'b', 'c']).map(({ id }) => id)).toEqual(['c', 'a']);
});

it('draws the graph with the states of its steps', () => {
  const states = new Map([['a', 'succeeded']]);
  expect(mermaidOf(diamond, states)).toContain('s_a --> s_b');
  expect(mermaidOf(diamond, states)).toContain('s_a["a · wait"]:::succeeded');
  const svg = svgOf(diamond, states);
  expect(svg.match(/<rect /g)).toHaveLength(4);
  expect(svg.match(/<path /g)).toHaveLength(4);
});

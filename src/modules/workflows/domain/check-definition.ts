import { Cron } from 'croner';
import type { UndoAction, WorkflowDefinition, WorkflowStep } from '../contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import { type Graph, graphOf } from './graph';
import { isDeeperThan } from './json-levels';
import { type Fault, type Read, readExpression, type Reference, readTemplates, together } from './references';
import { misfits, type Schema, schemaAt } from './schema-fit';

/** The facts about a skill version that a step names. */
export interface KnownSkill {
  readonly inputSchema: Schema;
  readonly outputSchema: Schema;
}

/** The context against which a definition is checked. */
export interface Surroundings {
  /** The known skills, by the value of `skill`. A skill that is not in the map is unknown. */
  readonly skills: ReadonlyMap<string, KnownSkill>;
  /** Names of the tenant's other workflows. */
  readonly workflows: ReadonlySet<string>;
  /**
   * The cycle through which the workflow would run itself. It starts with the first workflow that this workflow calls, and ends with the
   * workflow itself. `null` if there is no cycle.
   */
  readonly ring: readonly string[] | null;
  /** Returns the fault of a URL without templates; `null` when the URL has no fault. */
  readonly urlFault: (url: string) => { readonly code: string; readonly message: string } | null;
}

/**
 * Returns all faults of a definition that can be found before it runs, each with its pointer. The list is empty when there are no faults.
 */
export function definitionFaults(definition: WorkflowDefinition, around: Surroundings): readonly Fault[] {
  if (isDeeperThan(WORKFLOW_LIMITS.maxLevels, definition)) {
    return [
      {
        pointer: '',
        code: 'too_deep',
        message: `A definition can be nested at most ${WORKFLOW_LIMITS.maxLevels} levels deep.`,
      },
    ];
  }
  if (Buffer.byteLength(JSON.stringify(definition)) > WORKFLOW_LIMITS.maxDefinitionBytes) {
    return [
      {
        pointer: '',
        code: 'too_large',
        message: `A definition can have at most ${WORKFLOW_LIMITS.maxDefinitionBytes} bytes of JSON.`,
      },
    ];
  }
  const names = nameFaults(definition.steps);
  if (names.length > 0) return names;
  const graph = graphOf(definition.steps);
  if (graph.circle.length > 0) {
    const [first] = graph.circle;
    const index = definition.steps.findIndex(({ id }) => id === first);
    const message = `These steps wait for each other: ${[...graph.circle, first].join(' → ')}.`;
    return [{ pointer: `/steps/${index}/dependsOn`, code: 'circle', message }];
  }
  return [
    ...triggerFaults(definition),
    ...definition.steps.flatMap((step, index) => stepFaults(step, `/steps/${index}`, { definition, graph, around })),
    ...outputFaults(definition, around),
  ];
}

interface Place {
  readonly definition: WorkflowDefinition;
  readonly graph: Graph;
  readonly around: Surroundings;
}

function nameFaults(steps: readonly WorkflowStep[]): readonly Fault[] {
  const all = new Set(steps.map(({ id }) => id));
  const seen = new Set<string>();
  return steps.flatMap(({ id, dependsOn }, index) => {
    const isTwice = seen.has(id);
    seen.add(id);
    return [
      ...(isTwice ? [{ pointer: `/steps/${index}/id`, code: 'twice', message: 'Another step has this id.' }] : []),
      ...dependsOn.flatMap((name, at) => unknownStep(name, all, `/steps/${index}/dependsOn/${at}`)),
    ];
  });
}

function unknownStep(name: string, all: ReadonlySet<string>, pointer: string): readonly Fault[] {
  return all.has(name) ? [] : [{ pointer, code: 'unknown_step', message: `There is no step "${name}".` }];
}

/** Refuses a schedule whose ticks are less than a minute apart. */
function triggerFaults({ trigger }: WorkflowDefinition): readonly Fault[] {
  if (trigger.type !== 'schedule') return [];
  try {
    const ticks = new Cron(trigger.cron, { timezone: trigger.timezone, paused: true }).nextRuns(10);
    const nearest = Math.min(...ticks.slice(1).map((tick, at) => tick.getTime() - (ticks[at]?.getTime() ?? 0)));
    if (nearest >= WORKFLOW_LIMITS.minScheduleSeconds * 1_000 || ticks.length < 2) return [];
    return [{ pointer: '/trigger/cron', code: 'too_often', message: 'A workflow can run at most once a minute.' }];
  } catch {
    return [{ pointer: '/trigger/cron', code: 'cron', message: 'The cron pattern or the time zone is invalid.' }];
  }
}

function stepFaults(step: WorkflowStep, pointer: string, place: Place): readonly Fault[] {
  const { around, graph, definition } = place;
  const read = readStep(step, pointer);
  const before = graph.before.get(step.id) ?? new Set();
  const undo = 'undo' in step && step.undo !== undefined ? step.undo : null;
  const undoRead = undo === null ? null : readAction(undo, `${pointer}/undo`);
  return [
    ...read.faults,
    ...read.references.flatMap((reference) => pathFaults(reference, before, place)),
    ...(undoRead?.faults ?? []),
    ...(undoRead?.references ?? []).flatMap((one) => pathFaults(one, new Set([...before, step.id]), place)),
    ...actionFaults(step, pointer, place),
    ...(undo === null ? [] : actionFaults(undo, `${pointer}/undo`, place)),
    ...(step.type === 'workflow' ? workflowFaults(step.workflow, pointer, definition, around) : []),
    ...(step.type === 'switch' ? switchFaults(step, pointer, place) : []),
    ...(step.type === 'wait' && (step.seconds === undefined) === (step.until === undefined)
      ? [{ pointer, code: 'wait', message: 'A wait needs either "seconds" or "until".' }]
      : []),
  ];
}

function readStep(step: WorkflowStep, pointer: string): Read {
  const own = [
    step.condition === undefined ? null : readExpression(step.condition, `${pointer}/condition`),
    step.type === 'skill' || step.type === 'webhook' ? readAction(step, pointer) : null,
    step.type === 'workflow' ? readTemplates(step.input, `${pointer}/input`) : null,
    step.type === 'wait' ? readTemplates(step.until, `${pointer}/until`) : null,
    step.type === 'approval' ? readTemplates(step.message, `${pointer}/message`) : null,
    ...(step.type === 'switch'
      ? step.cases.map(({ when }, at) => readExpression(when, `${pointer}/cases/${at}/when`))
      : []),
  ];
  return together(own.filter((one) => one !== null));
}

function readAction(action: UndoAction | Extract<WorkflowStep, { type: 'skill' | 'webhook' }>, pointer: string): Read {
  if (action.type === 'skill') return readTemplates(action.input, `${pointer}/input`);
  return together([readTemplates(action.url, `${pointer}/url`), readTemplates(action.body, `${pointer}/body`)]);
}

function actionFaults(action: WorkflowStep | UndoAction, pointer: string, place: Place): readonly Fault[] {
  if (action.type === 'webhook') {
    // The host must be a literal in the definition, because an input must not choose which host this installation calls.
    const host = /^https?:\/\/[^/?#]*/i.exec(action.url)?.[0] ?? action.url;
    if (host.includes('{{')) {
      return [{ pointer: `${pointer}/url`, code: 'host', message: 'The host of a URL cannot be a template.' }];
    }
    const fault = place.around.urlFault(action.url.includes('{{') ? host : action.url);
    return fault === null ? [] : [{ pointer: `${pointer}/url`, ...fault }];
  }
  if (action.type !== 'skill') return [];
  const known = place.around.skills.get(action.skill);
  if (known === undefined) {
    return [{ pointer: `${pointer}/skill`, code: 'unknown_skill', message: 'There is no such skill or version.' }];
  }
  if (readTemplates(action.input, '').faults.length > 0) return [];
  return misfits(action.input ?? null, known.inputSchema, `${pointer}/input`, (path) => sourceOf(path, place) ?? true);
}

function workflowFaults(
  name: string,
  pointer: string,
  definition: WorkflowDefinition,
  around: Surroundings,
): readonly Fault[] {
  const at = `${pointer}/workflow`;
  if (name === definition.name) return [{ pointer: at, code: 'circle', message: 'A workflow cannot run itself.' }];
  if (name === around.ring?.[0]) {
    const message = `These workflows run each other: ${[definition.name, ...around.ring].join(' → ')}.`;
    return [{ pointer: at, code: 'circle', message }];
  }
  return around.workflows.has(name)
    ? []
    : [{ pointer: at, code: 'unknown_workflow', message: 'There is no such workflow.' }];
}

function switchFaults(
  step: Extract<WorkflowStep, { type: 'switch' }>,
  pointer: string,
  place: Place,
): readonly Fault[] {
  const lists = [
    ...step.cases.map(({ steps }, at) => ({ steps, at: `${pointer}/cases/${at}/steps` })),
    { steps: step.default, at: `${pointer}/default` },
  ];
  return lists.flatMap(({ steps, at }) =>
    steps.flatMap((name, index) => {
      const target = place.definition.steps.find(({ id }) => id === name);
      if (target?.dependsOn.includes(step.id) === true) return [];
      const message = `There must be a step "${name}" that depends on this one.`;
      return [{ pointer: `${at}/${index}`, code: 'unknown_step', message }];
    }),
  );
}

function outputFaults(definition: WorkflowDefinition, around: Surroundings): readonly Fault[] {
  const { references, faults } = readTemplates(definition.output, '/output');
  const all = new Set(definition.steps.map(({ id }) => id));
  const place = { definition, around, graph: graphOf(definition.steps) };
  return [...faults, ...references.flatMap((reference) => pathFaults(reference, all, place))];
}

/**
 * Checks that a path can lead to a value: the step must have ended by the time the path is read, and it must be possible for the member to
 * exist.
 */
function pathFaults(
  { path, pointer, hasDefault }: Reference,
  before: ReadonlySet<string>,
  place: Place,
): readonly Fault[] {
  const [root, name, part] = path;
  const fault = (code: string, message: string): readonly Fault[] => [{ pointer, code, message }];
  if (root === 'steps') {
    if (typeof name !== 'string' || !place.graph.before.has(name)) {
      return fault('unknown_step', `There is no step "${String(name ?? '')}".`);
    }
    if (!before.has(name)) return fault('not_before', `This step must depend on the step "${name}" to read from it.`);
    if (part !== 'output' && part !== 'status' && part !== 'error') {
      return fault('unresolvable', `A step has output, status and error, such as steps.${name}.output.`);
    }
  }
  if (hasDefault || sourceOf(path, place) !== null) return [];
  return fault('unresolvable', `${path.join('.')} can never have a value.`);
}

/** Returns the schema of the value at a path; `null` when no such value can exist. */
function sourceOf(path: readonly (string | number)[], { definition, around }: Place): Schema | null {
  const [root, name, part, ...rest] = path;
  if (root === 'input') return schemaAt(definition.inputSchema ?? true, path.slice(1));
  if (root === 'run') return path.length === 1 || (name === 'id' && path.length === 2) ? true : null;
  if (part !== 'output') return true;
  const step = definition.steps.find(({ id }) => id === name);
  return step?.type === 'skill' ? schemaAt(around.skills.get(step.skill)?.outputSchema ?? true, rest) : true;
}

import { isDeepStrictEqual } from 'node:util';
import {
  workflowDefinition,
  type WorkflowDefinition,
} from '../../modules/workflows/contract/workflow-definition.types';
import type { Workflow } from '../../modules/workflows/contract/workflows.types';
import { CONNECTION_HELP, CONNECTION_OPTIONS } from '../api/connection';
import { type Command, CommandFault } from '../command';
import { parseOptions } from '../options';
import { faultLines, readDefinitionFile } from './definition-file';
import { WorkflowApi } from './workflow-api';
import { jsonText } from '../operations/show';

interface Pushed {
  readonly done: 'created' | 'updated' | 'unchanged';
  readonly workflow: Workflow;
}

/** `coresdk workflows push <file>…` */
export const workflowsPush: Command = {
  usage: `Usage: coresdk workflows push <file>… [--json]

Saves each definition (YAML or JSON) under its name. A definition that equals the newest version is not saved again. All files
are checked before the first is saved. The command stops at a fault that only the platform detects.

  --json  a list of {done, id, name, version}; done is created, updated or unchanged
${CONNECTION_HELP}

Example:
  CPOD_API_KEY=cpod_… coresdk workflows push flows/*.yaml

Exits 0 when all are saved, 2 when a definition is not valid, 1 on failure.`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      ...CONNECTION_OPTIONS,
      json: { type: 'boolean', default: false },
    });
    if (positionals.length === 0) throw new CommandFault('Specify one or more files.', true);
    const definitions: WorkflowDefinition[] = [];
    const faults: string[] = [];
    for (const file of positionals.map(readDefinitionFile)) {
      faults.push(faultLines(file));
      if (file.definition !== null) definitions.push(file.definition);
    }
    if (faults.some((lines) => lines !== '')) {
      terminal.err(faults.join(''));
      return 2;
    }
    const api = new WorkflowApi(values, ['workflows.read', 'workflows.write']);
    const pushed: Pushed[] = [];
    for (const definition of definitions) {
      const one = await push(api, definition);
      pushed.push(one);
      if (!values.json)
        terminal.out(`${one.done} ${one.workflow.name} ${one.workflow.id} version ${one.workflow.version}\n`);
    }
    if (values.json) {
      const report = pushed.map(({ done, workflow: { id, name, version } }) => ({ done, id, name, version }));
      terminal.out(jsonText(report));
    }
    return 0;
  },
};

async function push(api: WorkflowApi, definition: WorkflowDefinition): Promise<Pushed> {
  const known = await api.find(definition.name);
  if (known === null) return { done: 'created', workflow: await api.create(definition) };
  const members = Object.keys(workflowDefinition.shape) as (keyof WorkflowDefinition)[];
  // The definitions are compared as JSON, which omits undefined members.
  const plain = (whole: WorkflowDefinition): unknown =>
    JSON.parse(JSON.stringify(Object.fromEntries(members.map((name) => [name, whole[name]]))));
  if (isDeepStrictEqual(plain(known), plain(definition))) return { done: 'unchanged', workflow: known };
  return { done: 'updated', workflow: await api.replace(known, definition) };
}

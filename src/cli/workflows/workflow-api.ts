import { z } from 'zod';
import {
  wholeWorkflowRun,
  type WholeWorkflowRun,
  workflow,
  type Workflow,
} from '../../modules/workflows/contract/workflows.types';
import { connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { CommandFault } from '../command';

const ID = /^wfl-[0-9a-z]{26}$/;
const workflowOrMore = z.object(workflow.shape);
const runOrMore = z.object(wholeWorkflowRun.shape);

/** The workflow API for commands. Errors: `CommandFault`. */
export class WorkflowApi {
  readonly client: RestClient;

  constructor(given: Parameters<typeof connectionOf>[0], scopes: readonly string[]) {
    this.client = new RestClient(connectionOf(given), scopes);
  }

  /** Finds a workflow by name or ID; `null` if it does not exist. */
  async find(nameOrId: string): Promise<Workflow | null> {
    if (ID.test(nameOrId)) return this.client.get(workflowOrMore, `/v1/workflows/${nameOrId}`);
    for await (const one of this.client.all(workflowOrMore, '/v1/workflows', { limit: '100' })) {
      if (one.name === nameOrId) return one;
    }
    return null;
  }

  /** Finds a workflow by name or ID. Errors: `CommandFault` if it does not exist. */
  async get(nameOrId: string): Promise<Workflow> {
    const found = await this.find(nameOrId);
    if (found === null) throw new CommandFault(`There is no workflow "${nameOrId}".`);
    return found;
  }

  create(definition: unknown): Promise<Workflow> {
    return this.client.send(workflowOrMore, 'POST', '/v1/workflows', { json: definition });
  }

  /** Stores the next version, based on the known version. */
  replace({ id, version }: Workflow, definition: unknown): Promise<Workflow> {
    const headers = { 'if-match': `"${version}"` };
    return this.client.send(workflowOrMore, 'PUT', `/v1/workflows/${id}`, { json: definition, headers });
  }

  run(runId: string): Promise<WholeWorkflowRun> {
    return this.client.get(runOrMore, `/v1/workflows/runs/${encodeURIComponent(runId)}`);
  }
}

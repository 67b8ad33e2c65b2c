import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import type { WorkflowsPort } from './contract/workflows.port';
import {
  type TriggerOrder,
  type Triggered,
  type WholeWorkflowVersion,
  type Workflow,
  type WorkflowDiff,
  type WorkflowDiffQuery,
  type WorkflowQuery,
  type WorkflowVerdict,
  type WorkflowVersion,
  type WorkflowVersionQuery,
} from './contract/workflows.types';
import { DefinitionCheck } from './definition-check';
import { DefinitionThreads } from './definition-threads';
import { diffOf } from './domain/diff';
import { type SoundDefinition, WorkflowsRepository, type WorkflowWrite } from './storage/workflows.repository';
import { WorkflowTriggers } from './workflow-triggers';

@Injectable()
export class WorkflowsService implements WorkflowsPort {
  constructor(
    private readonly repository: WorkflowsRepository,
    private readonly check: DefinitionCheck,
    private readonly threads: DefinitionThreads,
    private readonly triggers: WorkflowTriggers,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async validate(context: CallContext, text: string): Promise<WorkflowVerdict> {
    try {
      const definition = await this.threads.read(context, text);
      const errors = await this.check.faults(context, definition);
      const isValid = errors.length === 0;
      return { isValid, errors: [...errors], definition: isValid ? definition : null };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_request') throw error;
      const whole = { pointer: '', code: 'syntax', message: error.message };
      return { isValid: false, errors: error.fields.length > 0 ? [...error.fields] : [whole], definition: null };
    }
  }

  read(context: CallContext, text: string): Promise<WorkflowDefinition> {
    return this.threads.read(context, text);
  }

  async create(context: CallContext, definition: WorkflowDefinition): Promise<Workflow> {
    const write = writeOf(context, newId('wfl', this.clock.nowMs()));
    const before = () => this.checked(context, write.id, definition);
    const request = { action: 'workflow.create', input: definition };
    const created = await this.writes.onceAfter(context, request, before, async (tx, sound) => {
      const inserted = await this.repository.insert(tx, write, sound);
      if (inserted === 'full') {
        throw new AppError(
          'conflict',
          `A tenant can have at most ${WORKFLOW_LIMITS.maxWorkflows} workflows. Delete one first.`,
        );
      }
      if (inserted === null) throw new AppError('conflict', `There is already a workflow "${definition.name}".`);
      return this.written(tx, context, 'workflow.create', write.id);
    });
    await this.triggers.arm(context, created);
    return created;
  }

  list(context: CallContext, query: WorkflowQuery): Promise<CountedPage<Workflow>> {
    return this.repository.list(requireTenant(context), query);
  }

  async get(context: CallContext, id: string): Promise<Workflow> {
    const workflow = await this.repository.find(requireTenant(context), id);
    if (workflow === null) throw noSuchWorkflow();
    return workflow;
  }

  async replace(
    context: CallContext,
    id: string,
    definition: WorkflowDefinition,
    expected: ExpectedVersions,
  ): Promise<Workflow> {
    const request = { action: 'workflow.update', input: { id, definition } };
    const before = async () => {
      const { name } = await this.get(context, id);
      if (name !== definition.name) {
        const message = 'A workflow cannot be renamed, because its name identifies its runs. Create a new one.';
        throw new AppError('invalid_request', message, { fields: [{ pointer: '/name', code: 'fixed', message }] });
      }
      return this.checked(context, id, definition);
    };
    const replaced = await this.writes.onceAfter(context, request, before, async (tx, sound) => {
      const isReplaced = await this.repository.replace(tx, writeOf(context, id), sound, expected);
      if (!isReplaced) throw await this.whyNot(tx, context, id);
      return this.written(tx, context, 'workflow.update', id);
    });
    await this.triggers.arm(context, replaced);
    return replaced;
  }

  async remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void> {
    const workflow = await this.get(context, id);
    await this.writes.once(context, { action: 'workflow.delete', input: { id } }, async (tx) => {
      const isRemoved = await this.repository.remove(tx, writeOf(context, id), expected);
      if (!isRemoved) throw await this.whyNot(tx, context, id);
      await this.triggers.forget(tx, context, id);
      await this.stage(tx, context, 'workflow.delete', workflow);
    });
    await this.triggers.disarm(context, workflow);
  }

  async versions(context: CallContext, id: string, query: WorkflowVersionQuery): Promise<CountedPage<WorkflowVersion>> {
    await this.get(context, id);
    return this.repository.versions(requireTenant(context), id, query);
  }

  async version(context: CallContext, id: string, version: number): Promise<WholeWorkflowVersion> {
    await this.get(context, id);
    const found = await this.repository.version(requireTenant(context), id, version);
    if (found === null) throw new AppError('not_found', 'There is no such version of this workflow.');
    return found;
  }

  async diff(context: CallContext, id: string, { from, to }: WorkflowDiffQuery): Promise<WorkflowDiff> {
    const [before, after] = [await this.version(context, id, from), await this.version(context, id, to)];
    return { from, to, ...diffOf(before.definition, after.definition) };
  }

  async restore(context: CallContext, id: string, version: number, expected: ExpectedVersions): Promise<Workflow> {
    const { definition } = await this.version(context, id, version);
    return this.replace(context, id, definition, expected);
  }

  async trigger(context: CallContext, id: string, { input }: TriggerOrder): Promise<Triggered> {
    return this.triggers.run(context, await this.get(context, id), input);
  }

  /**
   * Returns the definition after all checks. Errors: `invalid_request` with all faults; `forbidden` for a trigger that the caller is not
   * allowed to have; `unavailable`.
   */
  private async checked(context: CallContext, id: string, definition: WorkflowDefinition): Promise<SoundDefinition> {
    const sound = await this.check.sound(context, definition);
    await this.triggers.assertMayArm(context, id, definition);
    return sound;
  }

  private async written(tx: Tx, context: CallContext, action: string, id: string): Promise<Workflow> {
    const workflow = await this.repository.findWithin(tx, requireTenant(context), id);
    if (workflow === null) throw new Error('A workflow was written but does not exist.');
    await this.triggers.note(tx, context, workflow);
    await this.stage(tx, context, action, workflow, { version: workflow.version, status: workflow.status });
    return workflow;
  }

  private async whyNot(tx: Tx, context: CallContext, id: string): Promise<AppError> {
    const found = await this.repository.findWithin(tx, requireTenant(context), id);
    return found === null ? noSuchWorkflow() : changedMeanwhile();
  }

  private stage(
    tx: Tx,
    context: CallContext,
    action: string,
    { id, name }: Workflow,
    metadata: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const audited = { action, resourceType: 'workflow', resourceId: id, metadata };
    return stageEvent(
      tx,
      stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()), { id, name, ...metadata }),
    );
  }
}

function writeOf(context: CallContext, id: string): WorkflowWrite {
  return { tenantId: requireTenant(context), id, actorId: context.actor.id };
}

function noSuchWorkflow(): AppError {
  return new AppError('not_found', 'There is no such workflow.');
}

import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError, type FieldError } from '../../kernel/errors/app-error';
import type { ErrorCode } from '../../kernel/errors/error-tables';
import { SkillsPort } from '../skills/contract/skills.port';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import { DefinitionThreads } from './definition-threads';
import { callsOf } from './domain/calls';
import type { KnownSkill } from './domain/check-definition';
import { ringOf } from './domain/ring';
import type { Schema } from './domain/schema-fit';
import { StepRights } from './step-rights';
import { type SoundDefinition, WorkflowsRepository } from './storage/workflows.repository';

/** A skill with the image of the named version. The image is `null` when no version was named. */
interface FoundSkill extends KnownSkill {
  readonly image: string | null;
}

/** Checks definitions against their tenant's resources. */
@Injectable()
export class DefinitionCheck {
  constructor(
    private readonly repository: WorkflowsRepository,
    private readonly skills: SkillsPort,
    private readonly threads: DefinitionThreads,
    private readonly rights: StepRights,
    private readonly installation: Installation,
  ) {}

  /**
   * Returns all faults or, when there are no faults, the acts that the caller is not allowed to perform. Errors: `unavailable` when no
   * decision is possible.
   */
  async faults(context: CallContext, definition: WorkflowDefinition): Promise<readonly FieldError[]> {
    const { faults } = await this.judge(context, definition);
    return faults.length > 0 ? faults : this.rights.denials(context, definition);
  }

  /**
   * Returns the definition when it is valid and allowed. Errors: `invalid_request` with all faults; `forbidden` with all acts that the
   * caller is not allowed to perform; `unavailable` when no decision is possible.
   */
  async sound(context: CallContext, definition: WorkflowDefinition): Promise<SoundDefinition> {
    const { faults, pins } = await this.judge(context, definition);
    if (faults.length > 0) throw refusal('invalid_request', 'The workflow cannot run', faults);
    const denials = await this.rights.denials(context, definition);
    if (denials.length > 0) throw refusal('forbidden', 'You are not allowed to do what the workflow does', denials);
    return { definition, pins };
  }

  private async judge(
    context: CallContext,
    definition: WorkflowDefinition,
  ): Promise<{ readonly faults: readonly FieldError[]; readonly pins: Readonly<Record<string, string>> }> {
    const skills = new Set(callsOf(definition).flatMap((call) => (call.type === 'skill' ? [call.skill] : [])));
    const workflows = definition.steps.flatMap((step) => (step.type === 'workflow' ? [step.workflow] : []));
    const calledBy = (names: readonly string[]) => this.repository.callsOf(requireTenant(context), names);
    const known = new Map<string, FoundSkill>();
    for (const text of skills) {
      const skill = await this.skill(context, text);
      if (skill !== null) known.set(text, skill);
    }
    const pins = [...known].flatMap(([text, { image }]) => (image === null ? [] : [[text, image] as const]));
    const around = {
      skills: known,
      workflows: new Set((await calledBy(workflows)).keys()),
      ring: await ringOf(definition.name, [...new Set(workflows)], calledBy),
    };
    const faults = [
      ...(await this.inputFaults(context, definition)),
      ...(await this.threads.check(context, { definition, around, urlRules: this.installation.receiverRules })),
    ];
    return { faults, pins: Object.fromEntries(pins) };
  }

  /** Returns the faults of the input schema or, when there are no faults, the faults of the schedule's input. */
  private async inputFaults(
    context: CallContext,
    { inputSchema, trigger }: WorkflowDefinition,
  ): Promise<readonly FieldError[]> {
    const faults = await this.threads.fit(context, inputSchema);
    if (faults.length > 0 || trigger.type !== 'schedule') return faults;
    const misfits = await this.threads.fit(context, inputSchema, trigger.input ?? null);
    return misfits.map((fault) => ({ ...fault, pointer: `/trigger${fault.pointer}` }));
  }

  private async skill(context: CallContext, text: string): Promise<FoundSkill | null> {
    const [name = '', number] = text.split('@');
    try {
      if (number === undefined) return { ...schemasOf(await this.skills.get(context, name)), image: null };
      const { version, hash, definition } = await this.skills.version(context, name, Number(number));
      return { ...schemasOf(definition), image: `${name}:${version}@sha256:${hash}` };
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return null;
      throw error;
    }
  }
}

function refusal(code: ErrorCode, message: string, fields: readonly FieldError[]): AppError {
  const [first] = fields;
  const where = first === undefined || first.pointer === '' ? '' : ` at ${first.pointer}`;
  return new AppError(code, `${message}${where}: ${first?.message ?? ''}`, { fields });
}

function schemasOf({
  inputSchema,
  outputSchema,
}: {
  readonly inputSchema: unknown;
  readonly outputSchema: unknown;
}): KnownSkill {
  return { inputSchema: inputSchema as Schema, outputSchema: outputSchema as Schema };
}

import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError, type FieldError } from '../../kernel/errors/app-error';
import { DocumentWorkers } from '../../kernel/threads/document-workers';
import { SlowWork } from '../../kernel/threads/slow-work';
import { TaskStopped } from '../../kernel/threads/task-stopped';
import { workerFile } from '../../kernel/threads/worker-file';
import { checkDefinition, type DefinitionCheckTask } from './check-definition.handler';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import type { Fault } from './domain/references';
import type { InputSchemaTask } from './input-schema.handler';
import { assertSize, isJson, readDefinition } from './read-definition';

/**
 * The maximum lengths of definitions that are read and checked on the main thread, which takes a few milliseconds. YAML takes longer to
 * parse.
 */
const MAX_INLINE_JSON = 16_384;
const MAX_INLINE_YAML = 4_096;
/** The CPU time limit for one definition: several times the time that the largest valid definition takes. */
const CPU_MS = 3_000;

const HANDLERS = {
  read: 'read-definition.handler.js',
  check: 'check-definition.handler.js',
  fit: 'input-schema.handler.js',
} as const;

/** Reads and checks definitions: small definitions on the main thread, larger ones in worker threads. */
@Injectable()
export class DefinitionThreads {
  constructor(
    private readonly workers: DocumentWorkers,
    private readonly slowWork: SlowWork,
  ) {}

  /**
   * Parses a definition. Errors: the errors of `readDefinition`; `unprocessable` for a definition that takes too much CPU time or memory;
   * `unavailable`.
   */
  async read(context: CallContext, text: string): Promise<WorkflowDefinition> {
    assertSize(text);
    const isSmall = text.length <= MAX_INLINE_YAML || (text.length <= MAX_INLINE_JSON && isJson(text));
    if (!isSmall) return this.run(context, 'read', text, text.length);
    const origin = { kind: 'workflow.read', tenantId: requireTenant(context) };
    return this.slowWork.measure(origin, () => readDefinition(text));
  }

  /** Checks a definition. Errors: as for {@link read}. */
  async check(context: CallContext, task: DefinitionCheckTask): Promise<readonly Fault[]> {
    const { definition } = task;
    const { length } = JSON.stringify(definition);
    if (length > MAX_INLINE_JSON) return this.run(context, 'check', task, length);
    const origin = { kind: 'workflow.check', tenantId: requireTenant(context), resource: definition.name };
    return this.slowWork.measure(origin, () => checkDefinition(task));
  }

  /**
   * Validates the schema of a workflow's input. If an input is passed, also validates it against the schema. Errors: as for {@link read}.
   */
  async fit(context: CallContext, schema: unknown, input?: unknown): Promise<readonly FieldError[]> {
    if (schema === undefined || schema === true) return [];
    const task: InputSchemaTask = {
      schema: JSON.stringify(schema),
      input: input === undefined ? null : JSON.stringify(input),
    };
    return this.run(context, 'fit', task, task.schema.length + (task.input?.length ?? 0));
  }

  private async run<T>(
    context: CallContext,
    what: keyof typeof HANDLERS,
    payload: unknown,
    sizeBytes: number,
  ): Promise<T> {
    try {
      return await this.workers.run<T>({
        kind: `workflow.${what}`,
        tenantId: requireTenant(context),
        handler: workerFile(__dirname, HANDLERS[what]),
        payload,
        sizeBytes,
        cpuMs: CPU_MS,
        ...(context.callerSignal === undefined ? {} : { signal: context.callerSignal.signal }),
      });
    } catch (cause) {
      if (!(cause instanceof TaskStopped) || (cause.reason !== 'cpu' && cause.reason !== 'memory')) throw cause;
      const thing = what === 'fit' ? 'input or its schema' : 'definition';
      const message = `The ${thing} takes too long or too much memory to check. Make it smaller.`;
      throw new AppError('unprocessable', message, { cause });
    }
  }
}

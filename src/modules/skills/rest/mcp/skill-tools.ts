import { type CallToolResult, ErrorCode, type ListToolsResult, McpError } from '@modelcontextprotocol/sdk/types.js';
import { withNewIdempotencyKey, type CallContext } from '../../../../kernel/context/call-context';
import { AppError, outage } from '../../../../kernel/errors/app-error';
import { AuthPort, outageOfVerdict } from '../../../auth/contract/auth.port';
import { isTerminal, type Job } from '../../../jobs/contract/job.types';
import { JobsPort } from '../../../jobs/contract/jobs.port';
import { DEFAULT_ALIAS } from '../../contract/skill-definition.types';
import { SkillRunsPort } from '../../contract/skill-runs.port';
import { SkillsPort } from '../../contract/skills.port';
import { type Skill, skillQuery } from '../../contract/skills.types';
import { inputOf, resultOf, toolOf, type ToolSource } from '../../contract/tool-shape';

/** The caller of a tool, with the token that policies evaluate. */
export interface ToolCaller {
  readonly context: CallContext;
  readonly token: string;
  /** The required audience of the token. */
  readonly audience: string;
}

/** A tool call that is in progress. */
export interface ToolCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>> | undefined;
  /** Fires when the client cancels the call, which ends the call's run. */
  readonly cancelled: AbortSignal;
  /** Fires when the client has disconnected; the run continues. */
  readonly gone: AbortSignal;
  readonly progress: (percent: number, stage: string) => Promise<void>;
}

/** The codes of errors that the caller, usually a model, can correct. */
const MENDABLE = new Set(['invalid_request', 'unprocessable', 'rate_limited', 'conflict']);

/** The skills that a caller is allowed to run, as tools. */
export class SkillTools {
  constructor(
    private readonly skills: SkillsPort,
    private readonly runs: SkillRunsPort,
    private readonly jobs: JobsPort,
    private readonly auth: AuthPort,
  ) {}

  /** Returns a page of tools. Tools that the policy does not allow the caller to run are omitted. */
  async list(caller: ToolCaller, cursor: string | undefined): Promise<ListToolsResult> {
    const query = skillQuery.parse({ limit: 50, ...(cursor === undefined ? {} : { cursor }) });
    const { items, nextCursor } = await this.skills.list(caller.context, query);
    const tools = await Promise.all(
      items.map(async (skill) =>
        (await this.mayRun(caller, skill.name)) ? toolOf((await this.current(caller, skill)).source) : null,
      ),
    );
    return { tools: tools.filter((tool) => tool !== null), ...(nextCursor === null ? {} : { nextCursor }) };
  }

  async call(caller: ToolCaller, { name, args, cancelled, gone, progress }: ToolCall): Promise<CallToolResult> {
    const skill = await this.skills.get(caller.context, name).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
      throw unknownTool(name);
    });
    if (!(await this.mayRun(caller, name))) throw unknownTool(name);
    const { source, version } = await this.current(caller, skill);
    let started: Job;
    try {
      const order = { input: inputOf(source.inputSchema, args), version, maxAttempts: 1 };
      started = await this.runs.start(caller.context, name, order);
    } catch (error) {
      if (error instanceof AppError && MENDABLE.has(error.code)) return failed(error.message);
      throw error;
    }
    const job = await this.ended(caller.context, started, { cancelled, gone, progress });
    if (job.state !== 'succeeded') return failed(job.error?.message ?? `The run was ${job.state}.`);
    const structuredContent = resultOf(source.outputSchema, job.result);
    return { content: [{ type: 'text', text: JSON.stringify(job.result) }], structuredContent };
  }

  private async ended(
    context: CallContext,
    started: Job,
    { cancelled, gone, progress }: Pick<ToolCall, 'cancelled' | 'gone' | 'progress'>,
  ): Promise<Job> {
    const signal = AbortSignal.any([cancelled, gone]);
    for await (const event of this.jobs.watch(context, started.id, { afterSeq: started.lastEvent, signal })) {
      if (event.type === 'progress') await progress(event.percent, event.stage);
    }
    const job = await this.jobs.get(context, started.id);
    if (!cancelled.aborted || isTerminal(job.state)) return job;
    // The cancellation is a separate write with a separate audit record.
    return this.jobs.cancel(withNewIdempotencyKey(context), started.id, 'The client cancelled the call.');
  }

  /** Returns the version that a run would use if it did not name a version. */
  private async current(
    { context }: ToolCaller,
    skill: Skill,
  ): Promise<{ readonly source: ToolSource; readonly version: number }> {
    const version = skill.aliases[DEFAULT_ALIAS] ?? skill.version;
    if (version === skill.version) return { source: skill, version };
    const { definition } = await this.skills.version(context, skill.name, version);
    return { source: { name: skill.name, ...definition }, version };
  }

  /**
   * Returns true when the caller is allowed to run a skill. Errors: an outage error when a decision is not possible, because a list without
   * the undecided skills would be wrong.
   */
  private async mayRun({ context, token, audience }: ToolCaller, name: string): Promise<boolean> {
    const query = {
      principal: { token, tenant: context.tenantId, expectedAudience: audience },
      action: 'skill.run',
      resource: `skill/${name}`,
      context: { ip: context.ip },
      requiredScope: 'skills.run',
    };
    const verdict = await this.auth.authorize(context, query, { callerRecordsDenials: true });
    if (verdict.allowed) return true;
    const why = outageOfVerdict(verdict);
    if (why !== null) throw outage(why);
    return false;
  }
}

function failed(message: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: message }] };
}

/** Returns the error for an unknown tool. It is the same whether the tool does not exist or the caller is not allowed to use it. */
function unknownTool(name: string): McpError {
  return new McpError(ErrorCode.InvalidParams, `There is no tool "${name.slice(0, 100)}".`);
}

import os from 'node:os';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { outageOf, toAppError } from '../../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { SlowWork } from '../../../kernel/threads/slow-work';
import { TaskStopped } from '../../../kernel/threads/task-stopped';
import { workerFile } from '../../../kernel/threads/worker-file';
import { WorkerPool } from '../../../kernel/threads/worker-pool';
import { Clock } from '../../../kernel/time/clock';
import type {
  DocumentQuery,
  PolicyDecision,
  PolicyDocument,
  PolicyExplanation,
  PolicyQuery,
} from '../contract/policy.types';
import { notHad, tooLate, tooMuch } from '../denials';
import { noDocument } from '../document';
import { charsOf } from '../contract/input-text';
import { unexplained } from '../explain';
import { policyConfig, type PolicyConfig } from '../policy.config';
import type { DecisionReply, DecisionTask, ThreadAnswers } from './decision-task';
import type { PortablePolicy } from './portable-policy';

const MAX_THREADS = Math.min(4, Math.max(2, os.availableParallelism() - 1));
/**
 * The CPU time in addition to the decision's own limit. It covers parsing 4 MiB of input and, in code that is not yet optimized, compiling
 * a bundle that took half a second when it was accepted.
 */
const PREPARE_CPU_MS = 3_000;
/** A higher limit than for a decision, because tracing makes a policy slower. */
const EXPLAIN_CPU_MS = 2_000;

/**
 * The threads for decisions that take too long for the main thread: decisions with too many steps, a large input, or a large bundle.
 * Outcome, code and reason are the same as on the main thread. They are separate from other threads, because callers are waiting for
 * decisions.
 */
@Injectable()
export class DecisionThreads implements OnModuleDestroy {
  private readonly pool: WorkerPool;

  constructor(
    slowWork: SlowWork,
    private readonly clock: Clock,
    @InjectConfig(policyConfig) private readonly config: PolicyConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.pool = new WorkerPool({
      name: 'policy-decision',
      maxThreads: MAX_THREADS,
      maxThreadsPerTenant: MAX_THREADS - 1,
      // The first long decision starts the thread, and later decisions find their policy already compiled.
      keptThreads: 1,
      maxWaiting: 1_024,
      maxWaitingBytes: 128 * 1024 * 1024,
      heapMb: 768,
      slowWork,
    });
  }

  /**
   * Decides within the CPU budget of a decision. If no decision can be made, returns a denial with a reason.
   * @param waitMs the time that the caller waits.
   */
  async decide(policy: PortablePolicy, query: PolicyQuery, waitMs: number): Promise<PolicyDecision> {
    const reply = await this.run<'decide'>('decide', policy, query, waitMs);
    return 'denied' in reply ? reply.denied : reply.answer;
  }

  /** Decides, and explains the decision. */
  async explain(policy: PortablePolicy, query: PolicyQuery, waitMs: number): Promise<PolicyExplanation> {
    const reply = await this.run<'explain'>('explain', policy, query, waitMs);
    return 'denied' in reply ? unexplained(reply.denied) : reply.answer;
  }

  /** Evaluates a document within the budget of a decision. */
  async document(policy: PortablePolicy, query: DocumentQuery, waitMs: number): Promise<PolicyDocument> {
    const reply = await this.run<'document'>('document', policy, query, waitMs);
    return 'denied' in reply ? noDocument(reply.denied) : reply.answer;
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool.close();
  }

  private async run<Kind extends keyof ThreadAnswers>(
    kind: Kind,
    policy: PortablePolicy,
    query: PolicyQuery & Partial<Pick<DocumentQuery, 'isStrict' | 'linePrefix'>>,
    waitMs: number,
  ): Promise<Exclude<DecisionReply<Kind>, { readonly unusable: string }> | { readonly denied: PolicyDecision }> {
    const { rule, input, isStrict = false, linePrefix = null } = query;
    const cpuMs = kind === 'explain' ? EXPLAIN_CPU_MS : this.config.POLICY_CPU_MS;
    const endsAtMs = this.clock.nowMs() + waitMs;
    const payload: DecisionTask = { kind, policy, query: { rule, input, isStrict, linePrefix }, cpuMs, endsAtMs };
    const signal = AbortSignal.timeout(Math.ceil(waitMs));
    try {
      const reply = await this.pool.run<DecisionReply<Kind>>({
        kind: `policy.${kind}`,
        tenantId: query.tenantId,
        resource: rule,
        handler: workerFile(__dirname, 'decide.handler.js'),
        payload,
        cpuMs: cpuMs + PREPARE_CPU_MS,
        sizeBytes: charsOf(input),
        signal,
      });
      return 'unusable' in reply ? { denied: notHad(query, 'policy_unavailable', reply.unusable) } : reply;
    } catch (error) {
      return { denied: this.denialOf(error, query, policy.version, signal) };
    }
  }

  private denialOf(error: unknown, query: PolicyQuery, version: number | null, signal: AbortSignal): PolicyDecision {
    if (error instanceof TaskStopped && error.reason === 'cpu') return tooMuch(query, version, 'CPU time');
    if (error instanceof TaskStopped && error.reason === 'memory') return tooMuch(query, version, 'memory');
    if (signal.aborted) return tooLate(query, version);
    const { tenantId } = query;
    if (outageOf(error) === null) this.logger.error({ err: error, tenantId }, 'A policy decision failed in its thread');
    return notHad(query, outageOf(error) ?? 'policy_unavailable', toAppError(error).message);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { newId } from '../../kernel/ids/ids';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import type { LoggedDecision } from './contract/policy-bundles.types';
import type { PolicyDecision, PolicyQuery } from './contract/policy.types';
import { charsOf, textOf } from './contract/input-text';
import { type LoggableInput, MAX_LOGGED_INPUT_BYTES, maskInput, maskText } from './domain/mask-input';
import { PolicyDecisionsRepository } from './storage/policy-decisions.repository';
import { withData } from './tenant-policy';

const FLUSH_EVERY_MS = 1_000;
const TRIM_EVERY_MS = 60_000;
/** The maximum number of a tenant's decisions per flush: far more than people read. Masking that many takes 1% of a core. */
const MAX_PER_TENANT = 500;
const MAX_TOTAL = 5_000;
const MAX_PER_INSERT = 25;
/** The minimum interval between the allowed decisions that are kept once a tenant has reached that number. */
const YES_EVERY_MS = 2;
const MAX_TOTAL_INPUT_CHARS = 16 * 1024 * 1024;
const MAX_INPUT_DEPTH = 64;
const MAX_TEXT_CHARS = 256;

/** A decision as it was made. Expensive work waits until the decision is written. */
export interface MadeDecision {
  readonly tenantId: string;
  readonly tsMs: number;
  readonly rule: string;
  /** The input; `null` if it is too large to keep. */
  readonly input: PolicyQuery['input'] | null;
  readonly decision: PolicyDecision;
  readonly durationMicros: number;
  readonly caller: string;
  readonly requestId: string;
}

/** A tenant's decisions since the last flush. When the list is full, a new decision replaces the oldest one. */
interface Ring {
  readonly decisions: MadeDecision[];
  oldest: number;
  newestMs: number;
}

/**
 * The decision log, written asynchronously: decisions wait in memory for at most a second. It is a convenience for people, not a complete
 * record: decisions beyond its limits, and those that the database does not accept, are dropped and counted. The audit log also records
 * denials.
 */
@Injectable()
export class DecisionLog {
  private rings = new Map<string, Ring>();
  private total = 0;
  private inputChars = 0;
  private flushing: Promise<void> = Promise.resolve();
  private readonly toTrim = new Set<string>();
  private trimmedAtMs = 0;

  constructor(
    private readonly repository: PolicyDecisionsRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectMetric('coresdk_policy_decisions_dropped_total') private readonly dropped: Counter,
  ) {}

  /** Adds a decision; does not perform any I/O and never fails. */
  add(made: MadeDecision): void {
    let ring = this.rings.get(made.tenantId);
    if (ring === undefined) {
      ring = { decisions: [], oldest: 0, newestMs: 0 };
      this.rings.set(made.tenantId, ring);
    }
    const { decisions } = ring;
    if (decisions.length < MAX_PER_TENANT && this.total < MAX_TOTAL) {
      decisions.push(this.keepable(made));
      ring.newestMs = made.tsMs;
      this.total++;
      return;
    }
    this.dropped.inc();
    // For a busy tenant, an object that outlives its call costs more than the decision itself, so only some allowed decisions are kept.
    const isSoon = made.decision.allowed && made.tsMs - ring.newestMs < YES_EVERY_MS;
    if (isSoon || decisions.length === 0) return;
    ring.newestMs = made.tsMs;
    decisions[ring.oldest] = this.keepable(made);
    ring.oldest = (ring.oldest + 1) % decisions.length;
  }

  async onModuleDestroy(): Promise<void> {
    await this.flush();
  }

  /** Writes the waiting decisions; resolves when they are written or dropped. */
  @Scheduled({ name: 'policy.log_decisions', everyMs: FLUSH_EVERY_MS, failure: 'Could not log decisions' })
  flush(): Promise<void> {
    return (this.flushing = this.flushing.then(() => this.write()));
  }

  /** Returns the decision; omits an input that is too large. */
  private keepable(made: MadeDecision): MadeDecision {
    return this.takesInput(made.input) ? made : { ...made, input: null };
  }

  /** Uses the text's length if there is text, or else a rough estimate, because a decision must not wait for serialization. */
  private takesInput(input: MadeDecision['input']): boolean {
    if (input === null) return true;
    const chars = 'value' in input ? roughSize(input.value, MAX_LOGGED_INPUT_BYTES) : charsOf(input);
    if (chars > MAX_LOGGED_INPUT_BYTES || this.inputChars + chars > MAX_TOTAL_INPUT_CHARS) return false;
    this.inputChars += chars;
    return true;
  }

  private async write(): Promise<void> {
    const { rings } = this;
    this.rings = new Map();
    this.total = 0;
    this.inputChars = 0;
    for (const [tenantId, { decisions }] of rings) await this.writeOf(tenantId, decisions);
    await this.trim();
  }

  /**
   * Processes a few decisions at a time and yields in between. Processing all of them in one pass would block the main thread for 17 ms, or
   * longer with larger inputs.
   */
  private async writeOf(tenantId: string, decisions: readonly MadeDecision[]): Promise<void> {
    let written = 0;
    try {
      for (; written < decisions.length; written += MAX_PER_INSERT) {
        const some = decisions.slice(written, written + MAX_PER_INSERT);
        await this.repository.insert(tenantId, some.map(toLogged));
      }
      this.toTrim.add(tenantId);
    } catch (error) {
      this.dropped.inc(decisions.length - written);
      this.logger.warn({ err: error, tenantId }, 'Decisions could not be written to the decision log and are dropped');
    }
  }

  private async trim(): Promise<void> {
    const nowMs = this.clock.nowMs();
    if (nowMs - this.trimmedAtMs < TRIM_EVERY_MS) return;
    this.trimmedAtMs = nowMs;
    for (const tenantId of this.toTrim) {
      try {
        await this.repository.trim(tenantId, nowMs);
        this.toTrim.delete(tenantId);
      } catch (error) {
        this.logger.warn({ err: error, tenantId }, 'Could not trim the decision log; will retry later');
      }
    }
  }
}

function toLogged({ decision, ...made }: MadeDecision): LoggedDecision {
  const { value, masked } = made.input === null ? { value: null, masked: true } : loggable(made.input);
  return {
    id: newId('dec', made.tsMs),
    ts: new Date(made.tsMs).toISOString(),
    rule: maskText(withData(made.rule).slice(0, MAX_TEXT_CHARS)),
    allowed: decision.allowed,
    code: decision.code,
    version: decision.version,
    durationMicros: made.durationMicros,
    input: value,
    masked,
    caller: maskText(made.caller.slice(0, MAX_TEXT_CHARS)),
    requestId: maskText(made.requestId),
  };
}

function loggable(input: PolicyQuery['input']): LoggableInput {
  if ('value' in input) return maskInput(input.value);
  const text = textOf(input) ?? '';
  if (text === '') return { value: null, masked: false };
  try {
    const parsed = JSON.parse(text) as unknown;
    return maskInput('body' in input ? (parsed as { readonly input?: unknown }).input : parsed);
  } catch {
    // The input is not JSON, so its members cannot be masked by name.
    return { value: null, masked: true };
  }
}

/** Estimates the length of a value as JSON. Stops counting at `limit`, and treats deeply nested values as too large. */
function roughSize(value: unknown, limit: number, depthLeft = MAX_INPUT_DEPTH): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 4;
  if (depthLeft === 0) return limit + 1;
  let size = 2;
  for (const [name, member] of Object.entries(value)) {
    if (size > limit) break;
    size += name.length + 2 + roughSize(member, limit - size, depthLeft - 1);
  }
  return size;
}

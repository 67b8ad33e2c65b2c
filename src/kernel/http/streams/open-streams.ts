import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../errors/app-error';
import { ScheduledTask } from '../../tasks/scheduled-task';
import { isStillAdmitted } from '../callers/token-revalidator';

/** Maximum time that a caller can continue reading after its token is no longer valid. */
const ASK_EVERY_MS = 1_000;
/** A reader that does not receive any data for this long is disconnected. It can resume where it stopped. */
const STALL_MS = 45_000;
/** Maximum number of open streams on one surface, across all callers. Each stream uses a socket, a timer and up to one batch in memory. */
const MAX_IN_ALL = 2_000;

/** The caller that owns a stream. Streams of one kind, such as `events`, are counted together. */
export interface StreamOwner {
  readonly kind: string;
  /** `null` for the installation. */
  readonly tenantId: string | null;
  /** Id of the actor: one app or user can use only part of its tenant's limit. */
  readonly callerId: string;
}

export interface StreamLimits {
  readonly perCaller: number;
  /** Limit for all callers of a tenant together; unlimited when omitted. */
  readonly perTenant?: number;
}

/** The open streams of a surface. It counts them per caller and per tenant, and ends a stream when a condition for it is no longer met. */
export class OpenStreams {
  private readonly ends = new Set<() => void>();
  private readonly held = new Map<string, number>();

  constructor(private readonly limits: StreamLimits) {}

  /**
   * Opens a stream. The signal aborts when the caller disconnects, stops reading, or is no longer admitted (checked every second), and when
   * the surface closes. Errors: `rate_limited` if the caller or the tenant has too many open streams.
   */
  open(request: IncomingMessage, response: ServerResponse, { kind, tenantId, callerId }: StreamOwner): AbortSignal {
    const tenant = `${kind}/${tenantId ?? ''}`;
    const caller = `${tenant}/${callerId}`;
    const { perCaller, perTenant = MAX_IN_ALL } = this.limits;
    this.refuseBeyond(caller, perCaller, 'You have');
    this.refuseBeyond(tenant, perTenant, 'Your tenant has');
    if (this.ends.size >= MAX_IN_ALL) throw tooMany(`The server has reached its limit of ${MAX_IN_ALL} open streams.`);
    const over = new AbortController();
    const end = (): void => {
      over.abort();
    };
    const turn = async (): Promise<void> => {
      if (!(await isStillAdmitted(request))) end();
    };
    const asking = new ScheduledTask({ everyMs: ASK_EVERY_MS, turn, failed: end });
    asking.start();
    this.ends.add(end);
    this.count(caller, 1);
    this.count(tenant, 1);
    response.setTimeout(STALL_MS, () => response.destroy());
    const closed = (): void => {
      void asking.stop();
      this.ends.delete(end);
      this.count(caller, -1);
      this.count(tenant, -1);
      end();
    };
    if (response.destroyed) closed();
    else response.once('close', closed);
    return over.signal;
  }

  /** Number of open streams. */
  get size(): number {
    return this.ends.size;
  }

  onModuleDestroy(): void {
    for (const end of this.ends) end();
  }

  private refuseBeyond(holder: string, most: number, subject: string): void {
    if ((this.held.get(holder) ?? 0) < most) return;
    throw tooMany(`${subject} ${most} open streams, which is the limit. Close one first.`);
  }

  private count(holder: string, sign: 1 | -1): void {
    const held = (this.held.get(holder) ?? 0) + sign;
    if (held > 0) this.held.set(holder, held);
    else this.held.delete(holder);
  }
}

function tooMany(message: string): AppError {
  return new AppError('rate_limited', message, { headers: { 'Retry-After': '5' } });
}

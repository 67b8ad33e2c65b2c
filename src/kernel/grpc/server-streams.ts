import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Gauge } from 'prom-client';
import { Observable } from 'rxjs';
import type { TenantNames } from '../context/tenant-names';
import { AppError, toAppError } from '../errors/app-error';
import { ScheduledTask } from '../tasks/scheduled-task';
import { countCall, legacyCallOf } from './legacy/legacy-call';
import type { ServiceCaller } from './service-caller';

/** Streams at once in this process, and of one caller: each holds a connection's share and what its reader has not taken. */
const MAX_STREAMS = 1_024;
const MAX_STREAMS_PER_CALLER = 256;
/** How long a stream may outlive what it was allowed by. */
const CHECK_EVERY_MS = 200;

/** Whose stream it is, and what it lives by. */
export interface StreamOwner {
  readonly caller: ServiceCaller;
  /** Its tenant; the stream ends when that is no longer active. */
  readonly tenantId: string;
  /** Rejects when the caller may no longer have the stream, as when its token has been revoked. */
  readonly mayGoOn?: () => Promise<void>;
}

/**
 * The server streams that are open in this process: how many there may be, and when they must end. A stream lives no longer
 * than what allowed it: its tenant (`forbidden` once suspended), its caller's certificate (`unauthorized` once expired) or
 * token, and this process (`unavailable`, when it stops: the client goes on elsewhere from the last version it has).
 */
export class ServerStreams {
  private readonly open = new Set<OpenStream>();
  private checks: ScheduledTask | null = null;
  private stopping = false;

  constructor(
    private readonly tenants: Pick<TenantNames, 'isActive'>,
    private readonly openStreams: Gauge,
  ) {}

  /**
   * Writes what a source gives to a stream, one message after the other: the next is asked for when the one before has gone
   * out, so that nothing piles up for a client that reads slowly. The Observable is for Nest, which ends the stream when it
   * completes or fails, and unsubscribes when the client goes; each of these aborts the signal of the source.
   * Errors: `rate_limited` beyond 256 streams of a caller or 1,024 in all; `unavailable` when the process stops.
   */
  write<Item, Message>(
    call: ServerWritableStream<unknown, Message>,
    owner: StreamOwner,
    source: (signal: AbortSignal) => AsyncIterable<Item>,
    toMessage: (item: Item) => Message,
  ): Observable<never> {
    const legacy = legacyCallOf(call.request);
    if (legacy) countCall(legacy, call.metadata);
    const told = (message: Message): Message =>
      legacy ? (legacy.answer(message as object, call.metadata) as Message) : message;
    return new Observable<never>((subscriber) => {
      const stream = new OpenStream(owner, (error) => {
        subscriber.error(error);
      });
      try {
        this.add(stream);
      } catch (refused) {
        subscriber.error(refused);
        return undefined;
      }
      const run = async (): Promise<void> => {
        for await (const item of source(stream.signal)) {
          if (stream.signal.aborted) return;
          await written(call, told(toMessage(item)), stream.signal);
        }
      };
      run().then(
        () => {
          subscriber.complete();
        },
        (error: unknown) => {
          subscriber.error(error);
        },
      );
      return () => {
        stream.close();
        this.remove(stream);
      };
    });
  }

  /** Ends every stream, and refuses new ones. */
  drain(): void {
    this.stopping = true;
    for (const stream of [...this.open]) stream.end(stoppingError());
  }

  private add(stream: OpenStream): void {
    if (this.stopping) throw stoppingError();
    const { name } = stream.owner.caller;
    const own = [...this.open].filter(({ owner }) => owner.caller.name === name).length;
    if (own >= MAX_STREAMS_PER_CALLER || this.open.size >= MAX_STREAMS) {
      throw new AppError('rate_limited', 'Too many streams are open here; end some, or ask another sidecar.');
    }
    this.open.add(stream);
    this.openStreams.set(this.open.size);
    if (this.checks !== null) return;
    this.checks = new ScheduledTask({ everyMs: CHECK_EVERY_MS, turn: () => this.check(), failed: () => undefined });
    this.checks.start();
  }

  private remove(stream: OpenStream): void {
    this.open.delete(stream);
    this.openStreams.set(this.open.size);
    if (this.open.size > 0) return;
    void this.checks?.stop();
    this.checks = null;
  }

  private async check(): Promise<void> {
    await Promise.all([...this.open].map((stream) => stream.check(this.tenants)));
  }
}

class OpenStream {
  private readonly gone = new AbortController();
  private isChecking = false;

  constructor(
    readonly owner: StreamOwner,
    private readonly fail: (error: AppError) => void,
  ) {}

  get signal(): AbortSignal {
    return this.gone.signal;
  }

  close(): void {
    this.gone.abort();
  }

  end(error: AppError): void {
    if (this.signal.aborted) return;
    this.close();
    this.fail(error);
  }

  /** Ends the stream when it must not go on, or when that cannot be told. */
  async check(tenants: Pick<TenantNames, 'isActive'>): Promise<void> {
    if (this.isChecking) return;
    this.isChecking = true;
    try {
      const { caller, tenantId, mayGoOn } = this.owner;
      if (caller.expiresAtMs !== undefined && caller.expiresAtMs <= Date.now()) {
        throw new AppError('unauthorized', 'The certificate of the caller has expired.');
      }
      if (!(await tenants.isActive(tenantId))) throw new AppError('forbidden', 'The tenant is not active.');
      await mayGoOn?.();
    } catch (fault) {
      this.end(toAppError(fault));
    } finally {
      this.isChecking = false;
    }
  }
}

function stoppingError(): AppError {
  return new AppError('unavailable', 'This sidecar is stopping; go on at another one.');
}

/** Resolves when a message has gone out, or never will. */
function written<Message>(
  call: ServerWritableStream<unknown, Message>,
  message: Message,
  gone: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gone.removeEventListener('abort', done);
      resolve();
    };
    gone.addEventListener('abort', done);
    if (gone.aborted) done();
    else call.write(message, done);
  });
}

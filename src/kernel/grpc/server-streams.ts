import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Gauge } from 'prom-client';
import { Observable } from 'rxjs';
import type { TenantNames } from '../context/tenant-names';
import { AppError, toAppError } from '../errors/app-error';
import { ScheduledTask } from '../tasks/scheduled-task';
import { countCall, legacyCallOf } from './legacy/legacy-call';
import type { ServiceCaller } from './service-caller';

/**
 * Maximum number of concurrent streams in this process. Each stream uses a share of a connection and buffers the messages that its reader
 * has not yet received.
 */
const MAX_STREAMS = 1_024;
const MAX_STREAMS_PER_CALLER = 256;
/** Maximum time that a stream can outlive its authorization. */
const CHECK_EVERY_MS = 200;

/** The owner of a stream, and the conditions for keeping it open. */
export interface StreamOwner {
  readonly caller: ServiceCaller;
  /** The tenant of the stream. The stream ends when the tenant is no longer active. */
  readonly tenantId: string;
  /** Rejects if the caller is no longer authorized for the stream, for example because its token was revoked. */
  readonly mayGoOn?: () => Promise<void>;
}

/**
 * The open server streams of this process, with their limits. A stream ends when its tenant is suspended (`forbidden`), when its caller's
 * certificate expires (`unauthorized`), when its caller's token is no longer valid, and when this process stops (`unavailable`). In the
 * last case, the client resumes from its last version on another sidecar.
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
   * Writes the items of a source to a stream one by one. It requests the next item only after the previous item has been sent, so that
   * items do not pile up for a slow client. The Observable is for Nest, which ends the stream when the Observable completes or fails, and
   * unsubscribes when the client disconnects; each of these events aborts the source's signal. Errors: `rate_limited` beyond 256 streams
   * per caller or 1,024 in total; `unavailable` when the process stops.
   */
  write<Item, Message>(
    call: ServerWritableStream<unknown, Message>,
    owner: StreamOwner,
    source: (signal: AbortSignal) => AsyncIterable<Item>,
    toMessage: (item: Item) => Message,
  ): Observable<never> {
    const legacy = legacyCallOf(call.request);
    if (legacy) countCall(legacy, call.metadata);
    const toWire = (message: Message): Message =>
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
          await written(call, toWire(toMessage(item)), stream.signal);
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

  /** Ends every stream and rejects new streams. */
  drain(): void {
    this.stopping = true;
    for (const stream of [...this.open]) stream.end(stoppingError());
  }

  private add(stream: OpenStream): void {
    if (this.stopping) throw stoppingError();
    const { name } = stream.owner.caller;
    const own = [...this.open].filter(({ owner }) => owner.caller.name === name).length;
    if (own >= MAX_STREAMS_PER_CALLER || this.open.size >= MAX_STREAMS) {
      throw new AppError('rate_limited', 'Too many streams are open here; close some, or use a different sidecar.');
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

  /** Ends the stream when its authorization has ended or cannot be verified. */
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
  return new AppError('unavailable', 'This sidecar is stopping; reconnect to a different one.');
}

/** Resolves when a message has been sent or can no longer be sent. */
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

import { Injectable } from '@nestjs/common';
import type { CallContext } from '../context/call-context';
import type { Tx } from '../database/sql';
import { AppError } from '../errors/app-error';
import { KeyQueues } from './key-queues';
import { type AnswerSeal, WriteAnswers } from './write-answers';
import { type WriteKey, writeKeyOf } from './write-key';
import { type StoredWrite, WritesRepository } from './writes.repository';

/** The content of a write. A write with different content under the same idempotency key is rejected. */
export interface WriteRequest {
  /** The audit action, such as `project.create`. */
  readonly action: string;
  /** All input that determines the write, including ids in the path, as JSON. Stored only as a keyed hash. */
  readonly input: unknown;
}

/** A keyed write in progress. */
interface KeyedWrite {
  readonly context: CallContext;
  readonly key: WriteKey;
  readonly request: WriteRequest;
  readonly seal: AnswerSeal;
}

/**
 * Executes the writes of all modules once per `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header; like Stripe's). The
 * write's own transaction inserts a row with the key, the hash of the request and the sealed response, so that a crash cannot separate them
 * and concurrent duplicates have one effect. A failure leaves no data behind, so the call can be retried.
 */
@Injectable()
export class Writes {
  /** Keyed writes in progress in this process. Their duplicates wait here instead of each occupying a connection. */
  private readonly queues = new KeyQueues();

  constructor(
    private readonly repository: WritesRepository,
    private readonly answers: WriteAnswers,
  ) {}

  /**
   * Runs `work` in one transaction for the context's tenant (or for the installation if there is no tenant) and returns its result. For a
   * used key, it returns the earlier response without running `work`.
   * @param work creates the whole response (JSON, or no response), including secrets that are shown once; it must not use a second
   * connection. Errors: `invalid_request` for a malformed key, `unprocessable` for a key that was used for a different request, and
   * `conflict` while too many requests with the same key wait for the first. Also `unauthorized` for a caller that was suspended or revoked
   * in the meantime, and the errors of `work`. Failures are not stored.
   */
  async once<T>(context: CallContext, request: WriteRequest, work: (tx: Tx) => Promise<T>): Promise<T> {
    const key = writeKeyOf(context);
    if (key === null) return this.repository.transaction(context.tenantId, (tx) => authorized(context, work(tx)));
    const write = { context, key, request, seal: await this.answers.sealOf(context.tenantId) };
    const name = `${context.tenantId ?? ''} ${key.caller} ${key.keyHash.toString('base64')}`;
    return this.queues.run(name, {
      attempt: () => this.attempt(write, work),
      replay: async () => {
        const stored = await this.repository.find(context.tenantId, key);
        return stored === null ? null : { answer: (await this.replay(write, stored)) as T };
      },
    });
  }

  /**
   * Like {@link once}, with a preparation that cannot be part of the transaction, such as calls to other modules. If the response already
   * exists, the preparation is skipped, and so cannot reject the call.
   */
  async onceAfter<P, T>(
    context: CallContext,
    request: WriteRequest,
    before: () => Promise<P>,
    work: (tx: Tx, prepared: P) => Promise<T>,
  ): Promise<T> {
    const key = writeKeyOf(context);
    const stored = key === null ? null : await this.repository.find(context.tenantId, key);
    if (key !== null && stored !== null) {
      const seal = await this.answers.sealOf(context.tenantId, stored.keyId);
      return (await this.replay({ context, key, request, seal }, stored)) as T;
    }
    const prepared = await before();
    return this.once(context, request, (tx) => work(tx, prepared));
  }

  private attempt<T>(write: KeyedWrite, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { context, key, request, seal } = write;
    const requestHash = seal.requestHash(request.action, request.input);
    return this.repository.transaction(context.tenantId, async (tx) => {
      const claimed = { action: request.action, requestHash, keyId: seal.keyId };
      if (!(await this.repository.claim(tx, context.tenantId, key, claimed))) {
        const stored = await this.repository.findWithin(tx, context.tenantId, key);
        if (stored === null) throw new AppError('conflict', 'This Idempotency-Key has just expired; try again.');
        return (await this.replay(write, stored)) as T;
      }
      const answer = await authorized(context, work(tx));
      await this.repository.answer(tx, context.tenantId, key, seal.seal(answer, key));
      return answer;
    });
  }

  private async replay({ context, key, request, seal }: KeyedWrite, stored: StoredWrite): Promise<unknown> {
    // The tenant's data key may have changed since.
    const then = stored.keyId === seal.keyId ? seal : await this.answers.sealOf(context.tenantId, stored.keyId);
    if (!then.requestHash(request.action, request.input).equals(stored.requestHash)) {
      throw new AppError('unprocessable', 'This Idempotency-Key belongs to a different request; use a new one.');
    }
    const answer = then.open(stored.sealedAnswer, key);
    if (context.notes) context.notes.isReplayed = true;
    return answer;
  }
}

/** Returns the result of a write, unless its caller lost access while it ran. */
async function authorized<T>(context: CallContext, work: Promise<T>): Promise<T> {
  const answer = await work;
  context.revalidate?.();
  return answer;
}

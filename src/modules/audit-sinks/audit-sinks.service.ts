import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { outboundTarget } from '../../kernel/network/outbound-url';
import { newWebhookSecret } from '../../kernel/network/webhook-signature';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { Clock } from '../../kernel/time/clock';
import { AuditHeadPort } from '../audit/contract/audit-head.port';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { auditSinksConfig, type AuditSinksConfig } from './audit-sinks.config';
import type { AuditSinksPort } from './contract/audit-sinks.port';
import {
  type AuditSink,
  type CreatedAuditSink,
  type DeadLetter,
  type NewAuditSink,
  SINK_LIMITS,
} from './contract/audit-sinks.types';
import { secretOwner } from './sink-sender';
import { AuditSinksRepository, type StoredSink } from './storage/audit-sinks.repository';

@Injectable()
export class AuditSinksService implements AuditSinksPort {
  constructor(
    private readonly repository: AuditSinksRepository,
    private readonly log: AuditHeadPort,
    private readonly keys: TenantKeys,
    private readonly writes: Writes,
    private readonly clock: Clock,
    @InjectConfig(auditSinksConfig) private readonly config: AuditSinksConfig,
  ) {}

  async create(
    context: CallContext,
    { name, kind, url, filter, includePersonal, from }: NewAuditSink,
  ): Promise<CreatedAuditSink> {
    const tenantId = requireTenant(context);
    this.check(kind, url);
    if (includePersonal && !context.isPlatformAdmin) {
      throw new AppError('forbidden', 'Only platform administrators can set includePersonal for a sink.');
    }
    const id = newId('snk');
    const secret = kind === 'webhook' ? newWebhookSecret() : null;
    const key = secret === null ? null : await this.keys.current(tenantId);
    const sink: StoredSink = {
      id,
      name,
      kind,
      url: url ?? null,
      filter,
      includePersonal,
      keyId: key?.id ?? null,
      sealed: key && secret !== null ? key.seal(Buffer.from(secret), secretOwner(id)) : null,
      paused: false,
      place: from === 'beginning' ? -1 : await this.log.end(context),
      attempts: 0,
      lastError: null,
      isFull: false,
      createdAt: new Date(this.clock.nowMs()),
    };
    const event = this.event(context, 'audit.sink.create', id, { kind, name, includePersonal });
    const input = { name, kind, url, filter, includePersonal, from };
    return this.writes.once(context, { action: 'audit.sink.create', input }, async (tx) => {
      if (!(await this.repository.insert(tx, tenantId, sink, SINK_LIMITS.maxSinks, event))) {
        throw new AppError('conflict', `A tenant can have at most ${SINK_LIMITS.maxSinks} sinks; remove one first.`);
      }
      return { ...shown(sink), secret };
    });
  }

  async list(context: CallContext): Promise<readonly AuditSink[]> {
    return (await this.repository.list(requireTenant(context))).map(shown);
  }

  async get(context: CallContext, id: string): Promise<AuditSink> {
    const sink = await this.repository.find(requireTenant(context), id);
    if (!sink) throw notFound();
    return shown(sink);
  }

  async setPaused(context: CallContext, id: string, paused: boolean): Promise<AuditSink> {
    const event = this.event(context, 'audit.sink.update', id, { paused });
    if (!(await this.repository.setPaused(requireTenant(context), id, paused, event))) throw notFound();
    return this.get(context, id);
  }

  async remove(context: CallContext, id: string): Promise<void> {
    const event = this.event(context, 'audit.sink.delete', id);
    if (!(await this.repository.remove(requireTenant(context), id, event))) throw notFound();
  }

  async deadLetters(context: CallContext, id: string, { limit, cursor }: PageQuery): Promise<Page<DeadLetter>> {
    await this.get(context, id);
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('dead letters', tenantId, { sink: id });
    const letters = await this.repository.deadLetters(tenantId, id, cursors.afterNumber(cursor, 15) ?? -1, limit + 1);
    const { items, nextCursor } = cursors.page(letters, limit, ({ sequence }) => sequence);
    return {
      items: items.map(({ sequence: sequenceId, failedAt, ...letter }) => ({
        ...letter,
        sequenceId,
        failedAt: failedAt.toISOString(),
      })),
      nextCursor,
    };
  }

  async replay(context: CallContext, id: string): Promise<number> {
    await this.get(context, id);
    const event = this.event(context, 'audit.sink.replay', id);
    return this.writes.once(context, { action: 'audit.sink.replay', input: { id } }, (tx) =>
      this.repository.replay(tx, requireTenant(context), id, event),
    );
  }

  private check(kind: NewAuditSink['kind'], url: string | undefined): void {
    if (kind === 'file') {
      if (url !== undefined) throw wrongUrl('not_allowed', 'A file sink has no URL; omit url.');
      if (this.config.AUDIT_SINKS_DIR !== null) return;
      throw new AppError('invalid_request', 'File sinks are not available: the operator must set AUDIT_SINKS_DIR.');
    }
    if (url === undefined) throw wrongUrl('missing', 'A webhook sink needs a URL.');
    if (this.config.AUDIT_SINKS_PRIVATE_ADDRESSES) {
      if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw wrongUrl('url_invalid', 'Use an http(s) URL.');
      return;
    }
    const target = outboundTarget(url);
    if ('refusal' in target) throw wrongUrl(target.refusal, 'The URL must lead to a public host.');
    if (target.url.protocol !== 'https:') throw wrongUrl('scheme_not_allowed', 'The URL must be https.');
  }

  private event(
    context: CallContext,
    action: string,
    id: string,
    metadata: Readonly<Record<string, unknown>> = {},
  ): StagedEvent {
    const audited = { action, resourceType: 'audit_sink', resourceId: id, metadata };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

function shown({ keyId: _key, sealed: _sealed, isFull, place, createdAt, ...sink }: StoredSink): AuditSink {
  const state = sink.paused ? 'paused' : isFull ? 'full' : sink.attempts > 0 ? 'retrying' : 'delivering';
  return { ...sink, state, deliveredUpTo: place, createdAt: createdAt.toISOString() };
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such sink.');
}

function wrongUrl(code: string, message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer: '/url', code, message }] });
}

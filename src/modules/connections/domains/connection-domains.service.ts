import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { Writes } from '../../../kernel/idempotency/writes';
import { TxtResolver } from '../../../kernel/network/txt-resolver';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { domainView, recordName } from '../connection-views';
import type { ConnectionDomainsPort } from '../contract/connection-domains.port';
import { CONNECTION_LIMITS, type ConnectionDomain, type NewConnectionDomain } from '../contract/connections.types';
import { domainName } from '../domain/email-domain';
import { noSuchConnection } from '../domain/no-such-connection';
import { ConnectionDomainsRepository, type StoredDomain } from '../storage/connection-domains.repository';
import { ConnectionsRepository } from '../storage/connections.repository';

@Injectable()
export class ConnectionDomainsService implements ConnectionDomainsPort {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly domains: ConnectionDomainsRepository,
    private readonly resolver: TxtResolver,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async add(context: CallContext, connectionId: string, input: NewConnectionDomain): Promise<ConnectionDomain> {
    const tenantId = requireTenant(context);
    const domain = domainName(input.domain);
    if (domain === null) throw invalidDomain();
    await this.assertConnection(tenantId, connectionId);
    const stored: StoredDomain = {
      domain,
      connectionId,
      challenge: `coresdk-domain=${randomBytes(24).toString('base64url')}`,
      createdAt: new Date(this.clock.nowMs()),
      verifiedAt: null,
      checkedAt: null,
      missed: 0,
    };
    const request = { action: 'connection.domain.add', input: { connectionId, domain } };
    return this.writes.once(context, request, async (tx) => {
      if ((await this.connections.lock(tx, tenantId, connectionId)) === null) throw noSuchConnection();
      await this.domains.insert(tx, tenantId, stored, CONNECTION_LIMITS.maxDomains);
      await this.stage(tx, context, 'connection.domain.add', stored);
      return domainView(stored);
    });
  }

  async verify(context: CallContext, connectionId: string, domain: string): Promise<ConnectionDomain> {
    const tenantId = requireTenant(context);
    const stored = await this.found(tenantId, connectionId, domain);
    const records = await this.resolver.recordsOf(recordName(domain)).catch((cause: unknown) => {
      throw new AppError('unavailable', 'The name servers of the domain did not respond. Try again later.', { cause });
    });
    if (!records.includes(stored.challenge)) {
      const message = `There is no TXT record ${recordName(domain)} with the value ${stored.challenge}.`;
      throw new AppError('unprocessable', `${message} A new record can take some time to appear.`);
    }
    const at = new Date(this.clock.nowMs());
    const request = { action: 'connection.domain.verify', input: { connectionId, domain } };
    return this.writes.once(context, request, async (tx) => {
      await this.domains.verify(tx, tenantId, domain, at);
      await this.stage(tx, context, 'connection.domain.verify', stored);
      return domainView({ ...stored, verifiedAt: stored.verifiedAt ?? at, checkedAt: at, missed: 0 });
    });
  }

  async remove(context: CallContext, connectionId: string, domain: string): Promise<void> {
    const tenantId = requireTenant(context);
    const stored = await this.found(tenantId, connectionId, domain);
    await this.writes.once(
      context,
      { action: 'connection.domain.remove', input: { connectionId, domain } },
      async (tx) => {
        if (!(await this.domains.remove(tx, tenantId, connectionId, domain))) throw noSuchDomain();
        await this.stage(tx, context, 'connection.domain.remove', stored);
      },
    );
  }

  private async assertConnection(tenantId: string, id: string): Promise<void> {
    if ((await this.connections.find(tenantId, id)) === null) throw noSuchConnection();
  }

  private async found(tenantId: string, connectionId: string, domain: string): Promise<StoredDomain> {
    await this.assertConnection(tenantId, connectionId);
    const stored = await this.domains.find(tenantId, domain);
    if (stored?.connectionId !== connectionId) throw noSuchDomain();
    return stored;
  }

  private stage(tx: Tx, context: CallContext, action: string, { connectionId, domain }: StoredDomain): Promise<void> {
    const audited = { action, resourceType: 'connection', resourceId: connectionId, metadata: { domain } };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

function invalidDomain(): AppError {
  const message = 'Name a domain such as example.com, without a path or a wildcard.';
  return new AppError('invalid_request', message, {
    fields: [{ pointer: '/domain', code: 'invalid_format', message }],
  });
}

function noSuchDomain(): AppError {
  return new AppError('not_found', 'The connection has no such domain.');
}

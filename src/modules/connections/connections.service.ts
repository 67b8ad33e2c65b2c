import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { urlFault } from '../../kernel/network/receiver-url';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { ConnectionChecks } from './connection-checks';
import { ConnectionSecrets } from './connection-secrets';
import { ConnectionViews } from './connection-views';
import type { ConnectionsPort } from './contract/connections.port';
import {
  type Connection,
  CONNECTION_LIMITS,
  type ConnectionCheck,
  type ConnectionPatch,
  type ConnectionQuery,
  type NewConnection,
} from './contract/connections.types';
import { changedConnection, newStoredConnection, sendsSecretElsewhere } from './domain/connection-changes';
import { type SettingsFault, settingsFaults } from './domain/connection-rules';
import { noSuchConnection } from './domain/no-such-connection';
import { ConnectionsRepository } from './storage/connections.repository';
import type { StoredConnection } from './domain/stored-connection';
import { UpstreamConfigurations } from './upstream/upstream-configurations';

@Injectable()
export class ConnectionsService implements ConnectionsPort {
  constructor(
    private readonly repository: ConnectionsRepository,
    private readonly secrets: ConnectionSecrets,
    private readonly views: ConnectionViews,
    private readonly checks: ConnectionChecks,
    private readonly upstream: UpstreamConfigurations,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async create(context: CallContext, input: NewConnection): Promise<Connection> {
    const tenantId = requireTenant(context);
    const nowMs = this.clock.nowMs();
    const id = newId('con', nowMs);
    const written = { tenantId, id, actorId: context.actor.id, at: new Date(nowMs) };
    const { clientSecret = null } = input;
    const draft = newStoredConnection(written, input, null);
    this.assertFits(draft, clientSecret, input.issuer);
    const secret = clientSecret === null ? null : await this.secrets.seal(tenantId, id, clientSecret);
    const connection = { ...draft, secret };
    return this.writes.once(context, { action: 'connection.create', input }, async (tx) => {
      if (!(await this.repository.insert(tx, connection, CONNECTION_LIMITS.maxConnections))) throw tooMany();
      await this.stage(tx, context, 'connection.create', id, { type: connection.type, preset: connection.preset });
      return this.views.view(connection, []);
    });
  }

  async list(context: CallContext, query: ConnectionQuery): Promise<CountedPage<Connection>> {
    const tenantId = requireTenant(context);
    const page = await this.repository.list(tenantId, query);
    return { ...page, items: await this.views.many(tenantId, page.items) };
  }

  async get(context: CallContext, id: string): Promise<Connection> {
    return this.views.one(await this.found(context, id));
  }

  async update(
    context: CallContext,
    id: string,
    patch: ConnectionPatch,
    expected: ExpectedVersions,
  ): Promise<Connection> {
    const { tenantId } = await this.found(context, id);
    const { clientSecret = null } = patch;
    const secret = clientSecret === null ? null : await this.secrets.seal(tenantId, id, clientSecret);
    const at = new Date(this.clock.nowMs());
    // Read before the transaction, which must not use a second connection, and does not change domains.
    const domains = await this.views.domainsOf(tenantId, id);
    return this.writes.once(context, { action: 'connection.update', input: { id, patch } }, async (tx) => {
      const before = await this.repository.lock(tx, tenantId, id);
      if (before === null) throw noSuchConnection();
      if (expected !== null && !expected.includes(before.version)) throw changedMeanwhile();
      const after = changedConnection(before, patch, secret, { actorId: context.actor.id, at });
      this.assertFits(after, clientSecret, patch.issuer);
      if (clientSecret === null && sendsSecretElsewhere(before, after)) throw secretNeeded();
      await this.repository.replace(tx, after);
      await this.stage(tx, context, 'connection.update', id, { changed: Object.keys(patch).sort() });
      return this.views.view(after, domains);
    });
  }

  async remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void> {
    const { tenantId } = await this.found(context, id);
    await this.writes.once(context, { action: 'connection.delete', input: { id } }, async (tx) => {
      if (!(await this.repository.remove(tx, tenantId, id, expected))) throw changedMeanwhile();
      await this.stage(tx, context, 'connection.delete', id, {});
    });
  }

  async check(context: CallContext, id: string): Promise<ConnectionCheck> {
    return this.checks.check(await this.found(context, id));
  }

  /** Errors: `not_found`. */
  private async found(context: CallContext, id: string): Promise<StoredConnection> {
    const found = isId('con', id) ? await this.repository.find(requireTenant(context), id) : null;
    if (found === null) throw noSuchConnection();
    return found;
  }

  /** Errors: `invalid_request`, with a fault for each member that does not fit. */
  private assertFits(connection: StoredConnection, secret: string | null, issuer: string | undefined): void {
    const hasSecret = secret !== null || connection.secret !== null;
    const faults: SettingsFault[] = [
      ...settingsFaults({ ...connection, secret, hasSecret }, (url) => urlFault(url, this.upstream.rules)),
    ];
    if (connection.type === 'oauth' && issuer !== undefined) {
      const message = 'OAuth without OpenID Connect has no issuer. Name the endpoints instead.';
      faults.push({ pointer: '/issuer', code: 'not_allowed', message });
    }
    if (faults.length === 0) return;
    throw new AppError('invalid_request', 'The settings of the connection do not fit together.', { fields: faults });
  }

  private stage(tx: Tx, context: CallContext, action: string, id: string, metadata: object): Promise<void> {
    const audited = { action, resourceType: 'connection', resourceId: id, metadata: { ...metadata } };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

function tooMany(): AppError {
  const message = `A tenant can have at most ${CONNECTION_LIMITS.maxConnections} connections. Delete one first.`;
  return new AppError('conflict', message);
}

function secretNeeded(): AppError {
  const message = 'Send the client secret again when you change the issuer, the client id or an endpoint.';
  return new AppError('invalid_request', message, { fields: [{ pointer: '/clientSecret', code: 'missing', message }] });
}

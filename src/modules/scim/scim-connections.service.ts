import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import { newOpaqueToken } from '../../kernel/ids/opaque-token';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { AppsPort } from '../apps/contract/apps.port';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { ScimConnectionsPort } from './contract/scim-connections.port';
import type {
  NewScimConnection,
  ScimConnection,
  ScimConnectionPatch,
  ScimConnectionQuery,
  ScimConnectionWithToken,
  ScimTokenRotation,
} from './contract/scim-connections.types';
import { TOKEN_PREFIX } from './domain/token-prefix';
import { type ConnectionWrite, ScimConnectionsRepository } from './storage/scim-connections.repository';

const DAY_MS = 86_400_000;
const SHOWN_CHARS = 10;

@Injectable()
export class ScimConnectionsService implements ScimConnectionsPort {
  constructor(
    private readonly repository: ScimConnectionsRepository,
    private readonly apps: AppsPort,
    private readonly writes: Writes,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  async create(context: CallContext, input: NewScimConnection): Promise<ScimConnectionWithToken> {
    await this.assertApp(context, input.clientId);
    const target = this.writeOf(context, newId('scm', this.clock.nowMs()));
    const action = 'scim.connection.create';
    const made = await this.repository.explained(
      this.writes.once(context, { action, input }, async (tx) => {
        await this.repository.insert(tx, target, input);
        const { preset, clientId } = input;
        await this.stage(tx, context, action, target.id, { preset, clientId });
        return this.withToken(tx, target, input.expiresInDays, target.now);
      }),
    );
    await this.feed.catchUp();
    return made;
  }

  list(context: CallContext, query: ScimConnectionQuery): Promise<CountedPage<ScimConnection>> {
    return this.repository.list(requireTenant(context), query);
  }

  async get(context: CallContext, id: string): Promise<ScimConnection> {
    const found = isId('scm', id) ? await this.repository.find(requireTenant(context), id) : null;
    if (!found) throw noSuchConnection();
    return found;
  }

  async update(
    context: CallContext,
    id: string,
    patch: ScimConnectionPatch,
    expected: ExpectedVersions,
  ): Promise<ScimConnection> {
    await this.get(context, id);
    if (patch.clientId !== undefined) await this.assertApp(context, patch.clientId);
    const changed = await this.repository.transaction(requireTenant(context), async (tx) => {
      const stored = await this.repository.update(tx, this.writeOf(context, id), patch, expected);
      if (!stored) throw changedMeanwhile();
      await this.stage(tx, context, 'scim.connection.update', id, { changed: Object.keys(patch).sort() });
      return stored;
    });
    await this.feed.catchUp();
    return changed;
  }

  async rotate(context: CallContext, id: string, rotation: ScimTokenRotation): Promise<ScimConnectionWithToken> {
    if (!isId('scm', id)) throw noSuchConnection();
    const action = 'scim.connection.rotate';
    const rotated = await this.writes.once(context, { action, input: { id, rotation } }, async (tx) => {
      const target = this.writeOf(context, id);
      if (!(await this.repository.touch(tx, target))) throw noSuchConnection();
      const { overlapSeconds, expiresInDays } = rotation;
      await this.stage(tx, context, action, id, { overlapSeconds });
      const othersUntil = new Date(target.now.getTime() + overlapSeconds * 1000);
      return this.withToken(tx, target, expiresInDays, othersUntil);
    });
    await this.feed.catchUp();
    return rotated;
  }

  async remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void> {
    if (!isId('scm', id)) throw noSuchConnection();
    await this.repository.transaction(requireTenant(context), async (tx) => {
      const version = await this.repository.remove(tx, requireTenant(context), id);
      if (version === null) throw noSuchConnection();
      if (expected !== null && !expected.includes(version)) throw changedMeanwhile();
      await this.stage(tx, context, 'scim.connection.delete', id, {});
    });
    await this.feed.catchUp();
  }

  private async withToken(
    tx: Tx,
    target: ConnectionWrite,
    expiresInDays: number,
    othersUntil: Date,
  ): Promise<ScimConnectionWithToken> {
    const { token, hash } = newOpaqueToken(TOKEN_PREFIX);
    const expiresAt = new Date(target.now.getTime() + expiresInDays * DAY_MS);
    const stored = { id: newId('sct', target.now.getTime()), hash, prefix: token.slice(0, SHOWN_CHARS), expiresAt };
    await this.repository.addToken(tx, target, stored, othersUntil);
    return { ...(await this.repository.findWithin(tx, target.tenantId, target.id)), token };
  }

  /** Asserts that the app exists in the tenant. Errors: `invalid_request`. */
  private async assertApp(context: CallContext, clientId: string | null): Promise<void> {
    if (clientId === null) return;
    try {
      await this.apps.get(context, clientId);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
      const message = 'The tenant has no such app.';
      throw new AppError('invalid_request', message, {
        fields: [{ pointer: '/clientId', code: 'not_found', message }],
      });
    }
  }

  private writeOf(context: CallContext, id: string): ConnectionWrite {
    return { tenantId: requireTenant(context), id, by: context.actor.id, now: new Date(this.clock.nowMs()) };
  }

  private stage(tx: Tx, context: CallContext, action: string, id: string, metadata: object): Promise<void> {
    const audited = { action, resourceType: 'scim_connection', resourceId: id, metadata: { ...metadata } };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

function noSuchConnection(): AppError {
  return new AppError('not_found', 'There is no such connection.');
}

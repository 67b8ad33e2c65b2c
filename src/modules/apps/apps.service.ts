import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent, type StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition, UNCONDITIONAL } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { liftMark, markUntilNow } from '../revocation/contract/revocation.types';
import { ContextSecrets } from './context-secrets';
import { AppBelongingsPort } from './contract/app-belongings.port';
import type { AppsPort, RegisterOptions } from './contract/apps.port';
import {
  type App,
  appEntityTag,
  type AppPatch,
  type AppRemoval,
  type AppWithSecret,
  isInstallationApp,
  type NewApp,
  type RegisteredApp,
} from './contract/apps.types';
import { APP_DEFAULTS, defaultOrigins, defaultScopes } from './domain/app-defaults';
import { appFaults, usesSecret } from './domain/app-faults';
import { hashSecret, newClientSecret } from './domain/client-secret';
import { isBuiltIn } from './contract/platform-scopes';
import { type AppMembers, type AppRow, toApp } from './storage/app.row';
import { AppsRepository } from './storage/apps.repository';
import { ScopesRepository } from './storage/scopes.repository';

@Injectable()
export class AppsService implements AppsPort {
  constructor(
    private readonly repository: AppsRepository,
    private readonly scopes: ScopesRepository,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly contextSecrets: ContextSecrets,
    private readonly writes: Writes,
    private readonly belongings: AppBelongingsPort,
  ) {}

  register(context: CallContext, input: NewApp, options: RegisterOptions = {}): Promise<RegisteredApp> {
    return this.registerWith(context, input, options, () => Promise.resolve());
  }

  /** Registers an app, and runs other work in the same transaction after the app is stored. */
  async registerWith(
    context: CallContext,
    input: NewApp,
    options: RegisterOptions,
    also: (tx: Tx, clientId: string) => Promise<void>,
  ): Promise<RegisteredApp> {
    const tenantId = requireTenant(context);
    const clientId = input.client_id ?? newId('app', this.clock.nowMs());
    checkNotReserved(context, clientId);
    const members = newMembers(input);
    checkMembers(members);
    const hasSecret = usesSecret(members.tokenEndpointAuthMethod);
    const secret = hasSecret ? (options.clientSecret ?? newClientSecret()) : null;
    const sealingKey = members.platformContext ? await this.contextSecrets.key(tenantId) : null;
    const registered = await this.writes.once(context, { action: 'app.register', input }, async (tx) => {
      await this.checkScopes(tx, tenantId, members, options.allowPlatformScope === true);
      const stored = secret === null ? null : { id: newId('sec', this.clock.nowMs()), hash: hashSecret(secret) };
      const event = this.event(context, 'app.register', clientId);
      // An app with this id might have been deleted a moment ago. Its tokens stay revoked.
      const lift = liftMark('client', clientId, tenantId, this.clock.nowMs());
      const app = await this.repository.insert(tx, tenantId, clientId, members, stored, lift, event);
      await also(tx, clientId);
      if (stored && sealingKey && secret !== null) {
        await this.contextSecrets.keep(tx, tenantId, sealingKey, stored.id, secret);
      }
      return secret === null ? app : { ...app, client_secret: secret };
    });
    await this.feed.catchUp();
    return registered;
  }

  async list(context: CallContext, query: PageQuery): Promise<Page<App>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('apps', tenantId);
    const apps = await this.repository.list(tenantId, cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(apps, query.limit, (app) => app.client_id);
  }

  async get(context: CallContext, clientId: string): Promise<App> {
    const found = await this.repository.find(requireTenant(context), clientId);
    if (!found) throw new AppError('not_found', 'There is no such app.');
    return toApp(found.row, found.secrets);
  }

  update(context: CallContext, clientId: string, patch: AppPatch, condition: Condition = UNCONDITIONAL): Promise<App> {
    return this.updateWith(context, clientId, async (tx, current) => {
      assertCondition(condition, appEntityTag(current), 'The app');
      await this.repository.markAdministered(tx, requireTenant(context), clientId, new Date(this.clock.nowMs()));
      return patch;
    });
  }

  /** Locks an app and applies the patch that `judge` returns for it, in the same transaction. */
  async updateWith(
    context: CallContext,
    clientId: string,
    judge: (tx: Tx, current: App) => Promise<AppPatch>,
  ): Promise<App> {
    const tenantId = requireTenant(context);
    const app = await this.repository.inTransaction(tenantId, async (tx) => {
      const row = await this.lockForChange(tx, context, clientId);
      const changed = withDefaults(row, changedMembers(await judge(tx, toApp(row, []))));
      // An app that is older than these rules might violate them, so a patch is checked only if it changes one of the checked members.
      if (JUDGED.some((member) => changed[member] !== undefined)) checkMembers({ ...row, ...changed });
      await this.checkScopes(tx, tenantId, { ...row, ...changed }, row.declaredScopes.includes('platform.admin'));
      if (changed.platformContext === false) await this.contextSecrets.forget(tx, tenantId, clientId);
      return this.repository.update(tx, row, changed, this.event(context, 'app.update', clientId));
    });
    await this.feed.catchUp();
    return app;
  }

  async remove(context: CallContext, clientId: string, isDryRun = false): Promise<AppRemoval> {
    const tenantId = requireTenant(context);
    // Runs before the transaction, because modules use their own connections.
    const belongings = [...(await this.belongings.of(tenantId, clientId))];
    await this.repository.inTransaction(tenantId, async (tx) => {
      const row = await this.lockForChange(tx, context, clientId);
      // Consumers of deletion events must not be notified of a dry run.
      if (isDryRun) return stageEvent(tx, this.event(context, 'app.delete.plan', clientId));
      const mark = markUntilNow('client', clientId, tenantId, this.clock.nowMs());
      await this.repository.remove(tx, row, mark, this.event(context, 'app.delete', clientId));
    });
    await this.feed.catchUp();
    return { client_id: clientId, removed: !isDryRun, belongings };
  }

  async rotateSecret(context: CallContext, clientId: string, overlapSeconds: number): Promise<AppWithSecret> {
    const tenantId = requireTenant(context);
    const secret = newClientSecret();
    const now = this.clock.nowMs();
    const { platform_context: signsContexts } = await this.get(context, clientId);
    const sealingKey = signsContexts ? await this.contextSecrets.key(tenantId) : null;
    const request = { action: 'app.rotate_secret', input: { clientId, overlapSeconds } };
    const app = await this.writes.once(context, request, async (tx) => {
      const row = await this.lockForChange(tx, context, clientId);
      if (!usesSecret(row.tokenEndpointAuthMethod)) {
        throw new AppError('conflict', `This app authenticates with ${row.tokenEndpointAuthMethod} and has no secret.`);
      }
      const stored = { id: newId('sec', now), hash: hashSecret(secret) };
      const othersEnd = new Date(now + overlapSeconds * 1000);
      const event = this.event(context, 'app.rotate_secret', clientId);
      const replaced = await this.repository.replaceSecret(tx, row, stored, othersEnd, new Date(now), event);
      if (row.platformContext) {
        if (!sealingKey) throw new AppError('conflict', 'The app was changed concurrently; try again.');
        await this.contextSecrets.keep(tx, tenantId, sealingKey, stored.id, secret);
      }
      return { ...replaced, client_secret: secret };
    });
    await this.feed.catchUp();
    return app;
  }

  /** Locks an app for a change. A tenant's administrator cannot take over an app of the whole installation. */
  private async lockForChange(tx: Tx, context: CallContext, clientId: string): Promise<AppRow> {
    const row = await this.repository.lock(tx, requireTenant(context), clientId);
    checkNotReserved(context, clientId);
    if (row.declaredScopes.includes('platform.admin') && !context.isPlatformAdmin) {
      throw new AppError('forbidden', 'This app administers the installation; changing it needs "platform.admin".');
    }
    return row;
  }

  /** Checks that declared scopes exist and can be granted, and that default scopes are declared. */
  private async checkScopes(
    tx: Tx,
    tenantId: string,
    app: Pick<AppMembers, 'declaredScopes' | 'defaultScopes'>,
    allowPlatformScope: boolean,
  ): Promise<void> {
    const custom = app.declaredScopes.filter((scope) => !isBuiltIn(scope));
    const known = custom.length === 0 ? new Set<string>() : await this.scopes.existing(tx, tenantId, custom);
    const wildcard = app.declaredScopes.find((scope) => scope.includes('*'));
    if (wildcard !== undefined) throw new AppError('invalid_scope', `"${wildcard}": an app cannot declare a wildcard.`);
    if (app.declaredScopes.includes('platform.admin') && !allowPlatformScope) {
      throw new AppError('invalid_scope', 'This call cannot declare "platform.admin".');
    }
    const unknown = custom.find((scope) => !known.has(scope));
    if (unknown !== undefined)
      throw new AppError('invalid_scope', `The scope "${unknown}" does not exist; create it first.`);
    const undeclared = app.defaultScopes.find((scope) => !app.declaredScopes.includes(scope));
    if (undeclared !== undefined) {
      throw new AppError('invalid_request', `The default scope "${undeclared}" is not declared.`, {
        fields: [
          { pointer: '/default_scopes', code: 'undeclared_scope', message: 'Declare it in declared_scopes too.' },
        ],
      });
    }
  }

  private event(context: CallContext, action: string, clientId: string): StagedEvent {
    const audited = { action, resourceType: 'app', resourceId: clientId };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

const JUDGED = [
  'grantTypes',
  'tokenEndpointAuthMethod',
  'redirectUris',
  'postLogoutRedirectUris',
  'jwks',
  'jwksUri',
  'refreshRotation',
  'platformContext',
] as const satisfies readonly (keyof AppMembers)[];

/** Asserts that only the installation changes its own apps, such as the console. Errors: `forbidden`. */
function checkNotReserved({ actor }: CallContext, clientId: string): void {
  if (!isInstallationApp(clientId) || actor.type === 'system') return;
  throw new AppError(
    'forbidden',
    `"${clientId}" is the installation's own app, which only the installation can change.`,
  );
}

/** Checks that the members are consistent. Errors: `invalid_request`, which lists every contradiction. */
function checkMembers(members: AppMembers): void {
  const fields = appFaults(members);
  const first = fields[0];
  if (first)
    throw new AppError('invalid_request', `The settings of the app contradict each other: ${first.message}`, {
      fields,
    });
}

/** The columns of a new app. */
function newMembers(input: NewApp): AppMembers {
  const defaults = APP_DEFAULTS[input.app_type];
  const declaredScopes = input.declared_scopes ?? defaults.declared_scopes;
  return {
    name: input.name,
    appType: input.app_type,
    grantTypes: input.grant_types ?? defaults.grant_types,
    declaredScopes,
    defaultScopes: input.default_scopes ?? defaultScopes(input.app_type, declaredScopes),
    redirectUris: input.redirect_uris,
    postLogoutRedirectUris: input.post_logout_redirect_uris,
    allowedOrigins: input.allowed_origins ?? defaultOrigins(input.app_type, input.redirect_uris),
    tokenEndpointAuthMethod: input.token_endpoint_auth_method ?? defaults.token_endpoint_auth_method,
    accessTokenTtlSeconds: input.access_token_ttl_seconds,
    firstParty: input.first_party,
    logoUri: input.logo_uri,
    policyUri: input.policy_uri,
    jwks: input.jwks,
    jwksUri: input.jwks_uri,
    refreshRotation: input.refresh_rotation,
    platformContext: input.platform_context,
    metadata: input.metadata,
  };
}

/**
 * Adds what follows from a change: an app no longer gets a scope by default that it no longer declares, and default origins follow the
 * redirect URIs. Values that the change itself sets stay as they are, and so do origins that an administrator has set.
 */
function withDefaults(row: AppRow, changed: Partial<AppMembers>): Partial<AppMembers> {
  const { declaredScopes, redirectUris } = changed;
  const origins = isDeepStrictEqual([...row.allowedOrigins].sort(), defaultOrigins(row.appType, row.redirectUris));
  return {
    ...(declaredScopes && { defaultScopes: row.defaultScopes.filter((scope) => declaredScopes.includes(scope)) }),
    ...(redirectUris && origins && { allowedOrigins: defaultOrigins(row.appType, redirectUris) }),
    ...changed,
  };
}

const COLUMN = {
  name: 'name',
  grant_types: 'grantTypes',
  declared_scopes: 'declaredScopes',
  default_scopes: 'defaultScopes',
  redirect_uris: 'redirectUris',
  post_logout_redirect_uris: 'postLogoutRedirectUris',
  allowed_origins: 'allowedOrigins',
  token_endpoint_auth_method: 'tokenEndpointAuthMethod',
  access_token_ttl_seconds: 'accessTokenTtlSeconds',
  first_party: 'firstParty',
  logo_uri: 'logoUri',
  policy_uri: 'policyUri',
  jwks: 'jwks',
  jwks_uri: 'jwksUri',
  refresh_rotation: 'refreshRotation',
  platform_context: 'platformContext',
  metadata: 'metadata',
} as const satisfies Record<keyof AppPatch, keyof AppMembers>;

/** Returns the columns only for the members that a caller sent. */
function changedMembers(patch: AppPatch): Partial<AppMembers> {
  const sent = Object.entries(patch).filter(([, value]) => value !== undefined);
  return Object.fromEntries(sent.map(([name, value]) => [COLUMN[name as keyof AppPatch], value]));
}

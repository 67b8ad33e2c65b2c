import { Injectable } from '@nestjs/common';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { httpContext, type RequestFacts, requireTenant } from '../../kernel/context/call-context';
import { TenantNames } from '../../kernel/context/tenant-names';
import { AppError } from '../../kernel/errors/app-error';
import { bearerChallenge } from '../../kernel/http/callers/bearer-challenge';
import { newOpaqueToken, opaqueTokenHash } from '../../kernel/ids/opaque-token';
import { AppsService } from './apps.service';
import type { App, AppPatch, NewApp, RegisteredApp } from './contract/apps.types';
import type { Admission, SelfRegisteredApp, SelfRegistrationPort } from './contract/self-registration.port';
import { SELF_REGISTRATION_TOPIC } from './contract/self-registration.types';
import { narrowing } from './domain/narrowing';
import { INITIAL_TOKEN_PREFIX, REGISTRATION_TOKEN_PREFIX } from './domain/registration-tokens';
import { SelfRegistrationRepository } from './storage/self-registration.repository';

/** Manages self-registration of apps. Caches whether registration is offered, because the metadata depends on it. */
@Injectable()
export class SelfRegistrationService implements SelfRegistrationPort, ChangeSubscriber {
  readonly topics = [SELF_REGISTRATION_TOPIC];
  private offered = false;

  constructor(
    private readonly repository: SelfRegistrationRepository,
    private readonly apps: AppsService,
    private readonly tenants: TenantNames,
    feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  async load(): Promise<void> {
    this.offered = await this.repository.isOffered();
  }

  apply(): Promise<void> {
    return this.load();
  }

  isOffered(): boolean {
    return this.offered;
  }

  async admit(token: string, origin: RequestFacts): Promise<Admission> {
    const hash = opaqueTokenHash(token, INITIAL_TOKEN_PREFIX);
    const tenantId = hash && (await this.repository.tenantOfToken(hash));
    if (hash === null || tenantId === null) throw badToken();
    const good = await this.repository.good(tenantId, hash);
    if (good === null || !(await this.tenants.isActive(tenantId))) throw badToken();
    if (!good.isEnabled) throw switchedOff();
    const context = httpContext(origin, { tenantId, actor: { type: 'service', id: good.id } });
    return { context, hash, scopes: good.scopes };
  }

  async register(
    { context, hash }: Admission,
    app: NewApp,
  ): Promise<{ readonly app: RegisteredApp; readonly registrationToken: string }> {
    const registration = newOpaqueToken(REGISTRATION_TOKEN_PREFIX);
    const registered = await this.apps.registerWith(context, app, {}, async (tx, clientId) => {
      const used = { clientId, registrationHash: registration.hash };
      if (!(await this.repository.use(tx, requireTenant(context), hash, used))) throw badToken();
    });
    return { app: registered, registrationToken: registration.token };
  }

  async ofToken(token: string, origin: RequestFacts): Promise<SelfRegisteredApp> {
    const hash = opaqueTokenHash(token, REGISTRATION_TOKEN_PREFIX);
    const tenantId = hash && (await this.repository.tenantOfRegistration(hash));
    if (hash === null || tenantId === null) throw badToken();
    const registered = await this.repository.registered(tenantId, hash);
    if (registered === null || !(await this.tenants.isActive(tenantId))) throw badToken();
    const { clientId, scopes } = registered;
    const context = httpContext(origin, { tenantId, actor: { type: 'service', id: clientId }, appId: clientId });
    return { context, clientId, scopes };
  }

  update({ context, clientId }: SelfRegisteredApp, patch: AppPatch): Promise<App> {
    return this.apps.updateWith(context, clientId, async (tx, current) => {
      const isAdministered = await this.repository.isAdministered(tx, requireTenant(context), clientId);
      return isAdministered ? narrowing(current, patch) : patch;
    });
  }
}

/** Returns the same error for every reason, so that an attacker cannot learn anything by guessing. */
function badToken(): AppError {
  const message = 'The token is unknown, expired or used up. Ask an administrator of the organization for a new token.';
  return new AppError('invalid_token', message, {
    headers: bearerChallenge({ error: 'invalid_token', error_description: message }),
  });
}

function switchedOff(): AppError {
  return new AppError('access_denied', 'This organization does not allow apps to register themselves.');
}

import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { AppError } from '../../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import { bearerChallenge } from '../../../kernel/http/callers/bearer-challenge';
import { AppsPort } from '../../apps/contract/apps.port';
import type { App } from '../../apps/contract/apps.types';
import { type SelfRegisteredApp, SelfRegistrationPort } from '../../apps/contract/self-registration.port';
import type { ClientRegistrationPort, RegistrationCall } from '../contract/client-registration.port';
import type { ClientInformation, ClientMetadata } from '../contract/client-registration.types';
import { appOfMetadata, asMetadataError, informationOf } from '../domain/client-metadata';
import { oauthConfig, type OauthConfig } from '../oauth.config';
import { OauthAuditRecorder } from './oauth-audit-recorder';

const REGISTER = 'app.register';

/** Dynamic client registration (RFC 7591 §3) and its management (RFC 7592 §2). */
@Injectable()
export class ClientRegistrationUseCase implements ClientRegistrationPort {
  constructor(
    private readonly registrations: SelfRegistrationPort,
    private readonly apps: AppsPort,
    private readonly trail: OauthAuditRecorder,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  async register(call: RegistrationCall, metadata: ClientMetadata): Promise<ClientInformation> {
    const admission = await this.proven(call, REGISTER, () => this.registrations.admit(call.token, call));
    try {
      const asked = appOfMetadata(metadata, admission.scopes);
      const { app, registrationToken: token } = await this.registrations.register(admission, asked);
      return informationOf(app, { token, uri: this.uriOf(app.client_id), secret: app.client_secret });
    } catch (thrown) {
      const error = asMetadataError(thrown);
      if (isRefusal(error)) await this.trail.refused(admission.context, REGISTER, error);
      throw error;
    }
  }

  async read(call: RegistrationCall, clientId: string): Promise<ClientInformation> {
    const { context } = await this.own(call, clientId, 'app.get');
    return this.information(call, await this.apps.get(context, clientId));
  }

  async replace(call: RegistrationCall, clientId: string, metadata: ClientMetadata): Promise<ClientInformation> {
    const own = await this.own(call, clientId, 'app.update');
    const { context, scopes } = own;
    const current = await this.apps.get(context, clientId);
    // RFC 7592 §2.2: the app must send its own id.
    if (metadata['client_id'] !== clientId) throw wrong('client_id must be the client id of the app.');
    const { app_type: type, token_endpoint_auth_method: proof, ...asked } = appOfMetadata(metadata, scopes);
    if (type !== current.app_type || proof !== current.token_endpoint_auth_method) {
      throw wrong('The type and the authentication method of an app cannot change. Register a new app.');
    }
    const { name, declared_scopes, default_scopes, grant_types, redirect_uris, logo_uri, policy_uri, jwks, jwks_uri } =
      asked;
    const patch = { name, default_scopes, redirect_uris, logo_uri, policy_uri, jwks, jwks_uri };
    try {
      const changed = await this.registrations.update(own, {
        ...patch,
        ...(declared_scopes === undefined ? {} : { declared_scopes }),
        ...(grant_types === undefined ? {} : { grant_types }),
      });
      return this.information(call, changed);
    } catch (error) {
      throw asMetadataError(error);
    }
  }

  async remove(call: RegistrationCall, clientId: string): Promise<void> {
    const { context } = await this.own(call, clientId, 'app.delete');
    await this.apps.remove(context, clientId);
  }

  /** Returns the app that the token belongs to. It must be the app in the path. */
  private own(call: RegistrationCall, clientId: string, action: string): Promise<SelfRegisteredApp> {
    return this.proven(call, action, async () => {
      const own = await this.registrations.ofToken(call.token, call);
      // RFC 7592 §2: the token is not valid for any other app.
      if (own.clientId !== clientId) throw noToken('The token belongs to a different app.');
      return own;
    });
  }

  /** Records a refusal before the response is sent. */
  private async proven<T>(call: RegistrationCall, action: string, step: () => Promise<T>): Promise<T> {
    const { requestId, ip, traceparent } = call;
    return this.trail.watch({ form: {}, authorization: undefined, requestId, ip, traceparent }, action, () => {
      if (call.token === '') throw noToken(MISSING_TOKEN);
      return step();
    });
  }

  private information({ token }: RegistrationCall, app: App): ClientInformation {
    return informationOf(app, { token, uri: this.uriOf(app.client_id) });
  }

  private uriOf(clientId: string): string {
    return `${this.config.ISSUER_URL}/v1/oauth/register/${clientId}`;
  }
}

const MISSING_TOKEN =
  'Send a bearer token in the Authorization header: to register an app, an initial access token from an administrator; ' +
  'to read or change an app, its registration access token.';

function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && HTTP_STATUS[error.code] < 500;
}

function noToken(message: string): AppError {
  return new AppError('invalid_token', message, { headers: bearerChallenge({ error: 'invalid_token' }) });
}

function wrong(message: string): AppError {
  return new AppError('invalid_client_metadata', message);
}

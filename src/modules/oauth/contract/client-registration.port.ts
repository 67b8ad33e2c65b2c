import type { ClientInformation, ClientMetadata } from './client-registration.types';

/** A call to a registration endpoint. The port identifies the caller by the bearer token. */
export interface RegistrationCall {
  /** The bearer token; empty if there is none. */
  readonly token: string;
  readonly requestId: string;
  readonly ip: string;
  readonly traceparent: string;
}

/**
 * Dynamic client registration (RFC 7591) with an initial access token, and its management (RFC 7592) with the token that registration
 * returns. A self-registered app acts only for users, who are asked for consent. It does not get any scope that only an administrator can
 * grant. Errors of all methods: `invalid_token`.
 */
export abstract class ClientRegistrationPort {
  /**
   * Registers an app. Errors: `invalid_redirect_uri`, `invalid_client_metadata`; `access_denied` if the token's organization does not let
   * apps register themselves.
   */
  abstract register(call: RegistrationCall, metadata: ClientMetadata): Promise<ClientInformation>;

  abstract read(call: RegistrationCall, clientId: string): Promise<ClientInformation>;

  /**
   * Replaces the metadata. Omitted members get the defaults of a new app (RFC 7592 §2.2). The type and authentication method of an app do
   * not change. Errors: those of {@link register}.
   */
  abstract replace(call: RegistrationCall, clientId: string, metadata: ClientMetadata): Promise<ClientInformation>;

  /** Deletes the app and everything issued to it. */
  abstract remove(call: RegistrationCall, clientId: string): Promise<void>;
}

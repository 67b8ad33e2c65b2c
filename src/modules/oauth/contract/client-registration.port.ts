import type { ClientInformation, ClientMetadata } from './client-registration.types';

/** A call of a registration endpoint: who proves what by its bearer token is found out here. */
export interface RegistrationCall {
  /** The bearer token; empty without one. */
  readonly token: string;
  readonly requestId: string;
  readonly ip: string;
  readonly traceparent: string;
}

/**
 * Dynamic client registration (RFC 7591) by an initial access token, and its management (RFC 7592) by the token that comes
 * with it. An app that registered itself acts for people only, who are asked; it gets no scope that an administrator has to
 * grant. Errors of all: `invalid_token`.
 */
export abstract class ClientRegistrationPort {
  /**
   * Errors: `invalid_redirect_uri`, `invalid_client_metadata`; `access_denied` where the organisation of the token does not
   * let apps register themselves.
   */
  abstract register(call: RegistrationCall, metadata: ClientMetadata): Promise<ClientInformation>;

  abstract read(call: RegistrationCall, clientId: string): Promise<ClientInformation>;

  /** What is not sent is as with a new app (RFC 7592 §2.2). Errors: as {@link register}; the type and proof of an app stay. */
  abstract replace(call: RegistrationCall, clientId: string, metadata: ClientMetadata): Promise<ClientInformation>;

  /** With all that was issued to it. */
  abstract remove(call: RegistrationCall, clientId: string): Promise<void>;
}

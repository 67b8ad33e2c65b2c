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
 * Dynamic client registration (RFC 7591) with an initial access token, and its management (RFC 7592) with the token
 * that registration returns. An app that registered itself acts only for people, who are asked for consent; it gets no
 * scope that an administrator must grant. Errors of all methods: `invalid_token`.
 */
export abstract class ClientRegistrationPort {
  /**
   * Registers an app.
   * Errors: `invalid_redirect_uri`, `invalid_client_metadata`; `access_denied` if the organization of the token does
   * not let apps register themselves.
   */
  abstract register(call: RegistrationCall, metadata: ClientMetadata): Promise<ClientInformation>;

  abstract read(call: RegistrationCall, clientId: string): Promise<ClientInformation>;

  /**
   * Replaces the metadata. Omitted members are treated as for a new app (RFC 7592 §2.2). Errors: as {@link register}.
   * The type and authentication method of an app stay.
   */
  abstract replace(call: RegistrationCall, clientId: string, metadata: ClientMetadata): Promise<ClientInformation>;

  /** Deletes the app with everything issued to it. */
  abstract remove(call: RegistrationCall, clientId: string): Promise<void>;
}

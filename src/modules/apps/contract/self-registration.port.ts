import type { CallContext, RequestFacts } from '../../../kernel/context/call-context';
import type { App, AppPatch, NewApp, RegisteredApp } from './apps.types';

/** An initial access token that is currently valid. */
export interface Admission {
  /** The context in which to register the app: its actor is the token's id. */
  readonly context: CallContext;
  /** SHA-256 of the token. */
  readonly hash: Buffer;
  /** The scopes that an app can declare. */
  readonly scopes: readonly string[];
}

/** A self-registered app, identified by its registration access token (RFC 7592). */
export interface SelfRegisteredApp {
  /** The context in which the app manages itself: its actor is the app. */
  readonly context: CallContext;
  readonly clientId: string;
  /**
   * The scopes that the app can declare: its token's scopes or, once an administrator has changed the app, the scopes that it has declared.
   */
  readonly scopes: readonly string[];
}

/** Lets apps register themselves (RFC 7591) and manage their registration (RFC 7592), with tokens that identify the tenant or app. */
export abstract class SelfRegistrationPort {
  /**
   * Returns whether any tenant lets apps register themselves, for the metadata. Reads from memory, which the change feed keeps current.
   */
  abstract isOffered(): boolean;

  /**
   * Validates an initial access token. Errors: `invalid_token` if it is unknown, expired or used up, or its tenant is suspended;
   * `access_denied` if its tenant does not let apps register themselves (or no longer does).
   */
  abstract admit(token: string, origin: RequestFacts): Promise<Admission>;

  /**
   * Registers an app and consumes one use of the token, in one transaction. @returns the app with the registration access token, which is
   * shown only once. Errors: those of `AppsPort.register`; `invalid_token` if the token was used up concurrently.
   */
  abstract register(
    admission: Admission,
    app: NewApp,
  ): Promise<{ readonly app: RegisteredApp; readonly registrationToken: string }>;

  /** Returns the app that a registration access token belongs to. Errors: `invalid_token`. */
  abstract ofToken(token: string, origin: RequestFacts): Promise<SelfRegisteredApp>;

  /**
   * Changes an app at its own request. Once an administrator has changed the app, it can only narrow its registration: drop scopes, grant
   * types, redirect URIs and links. It keeps the default scopes that the administrator left in place and that it still declares. Errors:
   * those of `AppsPort.update`; `invalid_request`, which names the members that would widen the registration.
   */
  abstract update(own: SelfRegisteredApp, patch: AppPatch): Promise<App>;
}

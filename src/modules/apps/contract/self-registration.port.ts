import type { CallContext, RequestFacts } from '../../../kernel/context/call-context';
import type { App, AppPatch, NewApp, RegisteredApp } from './apps.types';

/** An initial access token that is good now. */
export interface Admission {
  /** By which the app is registered: its actor is the token's id. */
  readonly context: CallContext;
  /** SHA-256 of the token. */
  readonly hash: Buffer;
  /** What an app may declare. */
  readonly scopes: readonly string[];
}

/** An app that registered itself, shown by its registration access token (RFC 7592). */
export interface SelfRegisteredApp {
  /** By which it manages itself: its actor is the app. */
  readonly context: CallContext;
  readonly clientId: string;
  /** Scopes that it may declare: those of its token, or what it has declared once an administrator changed the app. */
  readonly scopes: readonly string[];
}

/** Apps that register themselves (RFC 7591) and manage that (RFC 7592), by tokens that say whose they are. */
export abstract class SelfRegistrationPort {
  /** Whether any tenant lets apps register themselves, which metadata tells. From memory, current by the change feed. */
  abstract isOffered(): boolean;

  /**
   * Judges an initial access token. Errors: `invalid_token` for one that is unknown, expired or used up, or whose tenant is
   * suspended; `access_denied` where its tenant does not let apps register themselves (any more).
   */
  abstract admit(token: string, origin: RequestFacts): Promise<Admission>;

  /**
   * Registers an app and uses the token once, in one transaction. @returns with the registration access token, shown this
   * once. Errors: those of `AppsPort.register`; `invalid_token` when the token was used up meanwhile.
   */
  abstract register(
    admission: Admission,
    app: NewApp,
  ): Promise<{ readonly app: RegisteredApp; readonly registrationToken: string }>;

  /** The app of a registration access token. Errors: `invalid_token`. */
  abstract ofToken(token: string, origin: RequestFacts): Promise<SelfRegisteredApp>;

  /**
   * Changes an app as it asks itself. Once an administrator has changed the app, it can only narrow its registration: lose
   * scopes, grant types, redirect URIs and links. Its default scopes are those that the
   * administrator left and it still declares.
   * Errors: those of `AppsPort.update`; `invalid_request` with the members that widen.
   */
  abstract update(own: SelfRegisteredApp, patch: AppPatch): Promise<App>;
}

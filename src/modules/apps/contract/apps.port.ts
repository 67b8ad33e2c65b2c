import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { App, AppPatch, AppRemoval, AppWithSecret, NewApp, RegisteredApp } from './apps.types';

/** Registration options that go beyond what a tenant's administrator can grant. */
export interface RegisterOptions {
  /** True if the app is allowed to declare the reserved scope `platform.admin`. Only the bootstrap and the command line set it. */
  readonly allowPlatformScope?: boolean;
  /** A secret chosen by the operator instead of a generated secret. */
  readonly clientSecret?: string;
}

/** The applications of the tenant in the call's context. Another tenant's app is treated as `not_found`. */
export abstract class AppsPort {
  /**
   * Registers an app. Errors: `forbidden` for a reserved client id unless the caller is the installation itself (this also applies to
   * every change below). `conflict` if the client id is in use in the installation. `invalid_scope` for a scope that does not exist, is a
   * wildcard or must not be granted. `invalid_request` for default scopes that are not declared, and for members that contradict each other
   * (a public client with `client_credentials`, a code flow without a redirect URI, `private_key_jwt` without a key).
   */
  abstract register(context: CallContext, input: NewApp, options?: RegisterOptions): Promise<RegisteredApp>;

  /** Lists apps by client id. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<App>>;

  /** Returns an app. Errors: `not_found`. */
  abstract get(context: CallContext, clientId: string): Promise<App>;

  /**
   * Changes an app. Errors: those of {@link register}, `not_found`, and `precondition_failed`.
   * @param condition the condition on {@link appEntityTag} of the current app; if omitted, every app meets it.
   */
  abstract update(context: CallContext, clientId: string, patch: AppPatch, condition?: Condition): Promise<App>;

  /**
   * Deletes the app and immediately revokes everything issued to it. Errors: `not_found`.
   * @param isDryRun if true, only reports the effects on everything that depends on the app.
   */
  abstract remove(context: CallContext, clientId: string, isDryRun?: boolean): Promise<AppRemoval>;

  /**
   * Creates a new secret for the app. The previous secret expires after `overlapSeconds` (0: immediately), and at most two secrets are
   * active. Errors: `not_found`; `conflict` for an app that does not authenticate with a secret.
   */
  abstract rotateSecret(context: CallContext, clientId: string, overlapSeconds: number): Promise<AppWithSecret>;
}

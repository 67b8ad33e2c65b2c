import type { CallContext } from '../../../kernel/context/call-context';

/** A platform context as presented, with the tenant and client that the caller claims. */
export interface ShownContext {
  /** The context as base64-encoded JSON, at most 16 KiB. */
  readonly raw: string;
  /** The tenant's id or slug, which must match the tenant in the context. */
  readonly tenant: string;
  /** The client's id, which must match the client in the context. */
  readonly clientId: string;
}

/** The reason for rejecting a context. `unavailable` is an error, not a reason. */
export type ContextRefusal =
  | 'malformed'
  | 'tenant_mismatch'
  | 'client_mismatch'
  | 'signature'
  | 'expired'
  | 'issued_in_the_future'
  | 'tenant_not_active'
  | 'revoked';

export type ContextVerdict =
  | {
      readonly valid: true;
      /** The permissions in the context that the app still has. */
      readonly permissions: readonly string[];
    }
  | { readonly valid: false; readonly refusal: ContextRefusal };

/**
 * Platform contexts: short-lived statements that an app with `platform_context: true` makes about itself and signs with its client
 * secret. As with a token, any bearer can present a platform context.
 */
export abstract class PlatformContextPort {
  /** Validates a context. Invalid content never causes an exception. Errors: `unavailable`. */
  abstract validate(context: CallContext, shown: ShownContext): Promise<ContextVerdict>;
}

/** Messages for the caller, short and in ASCII. */
export const CONTEXT_REFUSAL_WORDS: Readonly<Record<ContextRefusal, string>> = {
  malformed: 'malformed: the context is not base64-encoded JSON with the expected members',
  tenant_mismatch: 'tenant mismatch: tenant_id differs from the context or from the tenant of the client',
  client_mismatch: 'client mismatch: client_id differs from the context',
  signature: 'signature: it matches no active secret of an app that may sign platform contexts',
  expired: 'expired: issued more than 300 s ago',
  issued_in_the_future: 'issued_at is in the future',
  tenant_not_active: 'the tenant is not active',
  revoked: 'revoked: everything issued to the app up to that time was revoked',
};

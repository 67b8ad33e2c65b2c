import type { CallContext } from '../../../kernel/context/call-context';

/** A platform context as presented, and the tenant and client that the caller claims. */
export interface ShownContext {
  /** Base64 of JSON, at most 16 KiB. */
  readonly raw: string;
  /** Id or slug; must match the tenant inside. */
  readonly tenant: string;
  /** Must match the client inside. */
  readonly clientId: string;
}

/** Why a context is refused. `unavailable` is no verdict. */
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
      /** The permissions named by the context that the app has now. */
      readonly permissions: readonly string[];
    }
  | { readonly valid: false; readonly refusal: ContextRefusal };

/**
 * Platform contexts: short-lived statements that an app with `platform_context: true` signs about itself with its client secret. Any bearer
 * may present one, as with a token.
 */
export abstract class PlatformContextPort {
  /** Validates a context. Never throws because of its content. Errors: `unavailable`. */
  abstract validate(context: CallContext, shown: ShownContext): Promise<ContextVerdict>;
}

/** Messages for the caller, short and in ASCII. */
export const CONTEXT_REFUSAL_WORDS: Readonly<Record<ContextRefusal, string>> = {
  malformed: 'malformed: the context is not base64 of the JSON that is expected',
  tenant_mismatch: 'tenant mismatch: tenant_id is not the one inside, or not the tenant of the client',
  client_mismatch: 'client mismatch: client_id is not the one inside',
  signature: 'signature: no live secret of an app that signs platform contexts has made it',
  expired: 'expired: issued more than 300 s ago',
  issued_in_the_future: 'issued_at lies in the future',
  tenant_not_active: 'the tenant is not active',
  revoked: 'revoked: everything issued to the app until then was revoked',
};

import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { NewSamlProvider, SamlProvider, SamlProviderPatch } from './saml-providers.types';

/** The identity providers of a tenant. The tenant is the context's; another tenant's provider is `not_found`. */
export abstract class SamlProvidersPort {
  /** Errors: `invalid_request` for a certificate that is none; `conflict` for an entity id that the tenant has, and when it has as many providers as can be. */
  abstract create(context: CallContext, input: NewSamlProvider): Promise<SamlProvider>;

  /** Oldest first. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<SamlProvider>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<SamlProvider>;

  /** Errors: `not_found`; `precondition_failed`. */
  abstract update(
    context: CallContext,
    id: string,
    patch: SamlProviderPatch,
    condition: Condition,
  ): Promise<SamlProvider>;

  /** Its assertions are refused from then on, everywhere, within the change feed's time. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, id: string, condition: Condition): Promise<void>;
}

import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { NewSamlProvider, SamlProvider, SamlProviderPatch } from './saml-providers.types';

/** The identity providers of the context's tenant. Another tenant's provider is `not_found`. */
export abstract class SamlProvidersPort {
  /**
   * Creates a provider. Errors: `invalid_request` for an invalid certificate; `conflict` if the tenant already has a provider with this
   * entity id, or the maximum number of providers.
   */
  abstract create(context: CallContext, input: NewSamlProvider): Promise<SamlProvider>;

  /** Lists providers, oldest first. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<SamlProvider>>;

  /** Returns a provider. Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<SamlProvider>;

  /** Changes a provider. Errors: `not_found`; `precondition_failed`. */
  abstract update(
    context: CallContext,
    id: string,
    patch: SamlProviderPatch,
    condition: Condition,
  ): Promise<SamlProvider>;

  /**
   * Deletes a provider. Within the delay of the change feed, every process starts to refuse its assertions. Errors: `not_found`;
   * `precondition_failed`.
   */
  abstract remove(context: CallContext, id: string, condition: Condition): Promise<void>;
}

import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { MaskingEntity, MaskingKey, MaskingRules, NewMaskingRules } from './masking-rules.types';

/**
 * How a tenant's values are masked. Hosted by the control plane; the tenant is the context's. A change is audited, and known
 * to every sidecar by the change feed.
 */
export abstract class MaskingRulesPort {
  /** The rules; those of the installation, with version 0, while the tenant has made none. */
  abstract get(context: CallContext): Promise<MaskingRules>;

  /**
   * Replaces the rules. Errors: `precondition_failed`; `invalid_request` for a pattern that RE2 does not take, an entity
   * that does not exist, or a name that is there twice.
   */
  abstract put(context: CallContext, rules: NewMaskingRules, condition: Condition): Promise<MaskingRules>;

  /** Resets the rules to those of the installation. The version still increases. Errors: `precondition_failed`. */
  abstract reset(context: CallContext, condition: Condition): Promise<void>;

  /** Returns the entities that masking can find, by name. */
  abstract entities(): readonly MaskingEntity[];

  /** Returns the keys of the tenant, the current one first; none before the first token. */
  abstract keys(context: CallContext): Promise<readonly MaskingKey[]>;

  /**
   * A new key for what is masked from now on. Old tokens and encrypted values are turned back as before; the same value
   * has another token, hash and format than under the key before. Errors: `unavailable`.
   */
  abstract rotateKey(context: CallContext): Promise<MaskingKey>;
}

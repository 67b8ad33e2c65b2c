import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { MaskingEntity, MaskingKey, MaskingRules, NewMaskingRules } from './masking-rules.types';

/**
 * A tenant's rules for masking values. Hosted by the control plane; the context determines the tenant. A change is audited, and reaches
 * every sidecar through the change feed.
 */
export abstract class MaskingRulesPort {
  /** Returns the tenant's rules, or the installation's rules with version 0 if the tenant has none. */
  abstract get(context: CallContext): Promise<MaskingRules>;

  /**
   * Replaces the rules.
   * Errors: `precondition_failed`; `invalid_request` for a pattern that RE2 does not support, an unknown entity, or a duplicate name.
   */
  abstract put(context: CallContext, rules: NewMaskingRules, condition: Condition): Promise<MaskingRules>;

  /** Resets the rules to the installation's rules. The version still increases. Errors: `precondition_failed`. */
  abstract reset(context: CallContext, condition: Condition): Promise<void>;

  /** Returns the entities that masking can find, sorted by name. */
  abstract entities(): readonly MaskingEntity[];

  /** Returns the tenant's keys, the current key first; an empty list before the first token. */
  abstract keys(context: CallContext): Promise<readonly MaskingKey[]>;

  /**
   * Creates a new key for later masking. Old tokens and encrypted values remain reversible. The same value gets a different token, hash and
   * format than under the previous key.
   * Errors: `unavailable`.
   */
  abstract rotateKey(context: CallContext): Promise<MaskingKey>;
}

import type { CallContext } from '../../../kernel/context/call-context';
import type { Detokenised, MaskedText, MaskingOptions } from './masking.types';

/**
 * Masks personal data and secrets by the rules of the context's tenant. Without a tenant, the installation's rules apply, which redact.
 * Hosted by the sidecar. A failure is an error, never unmasked text.
 */
export abstract class MaskingPort {
  /**
   * Masks a JSON value: members by their names, texts by the entities found in them.
   * @param json text of the value, at most 8 Mi UTF-16 units.
   * @returns the text of the masked value. Parts that exceed the limits (deeper than 64 levels, beyond a million values) become
   * `[REDACTED]`.
   * @param over aborted when no caller waits for the result any more; the work then stops if possible. Errors: `invalid_request` when it is
   * not JSON; `unprocessable` when it takes more than 10 s or too much memory; `payload_too_large`. Also `unavailable` when
   * the tenant's rules or keys cannot be loaded, or too many large texts are being masked.
   */
  abstract mask(context: CallContext, json: string, wish: MaskingOptions, over?: AbortSignal): Promise<MaskedText>;

  /**
   * Masks the findings inside a text and leaves the rest as it is. The fields of `wish` do not apply.
   * @param text at most 8 Mi UTF-16 units. Errors: `payload_too_large`, `unprocessable`, `unavailable`, as {@link mask}.
   */
  abstract maskString(
    context: CallContext,
    text: string,
    wish: MaskingOptions,
    over?: AbortSignal,
  ): Promise<MaskedText>;

  /**
   * Turns tokens (`tok_…`) and encrypted values (`enc_…`) of the context's tenant back into their values. The API layer has checked the
   * caller's permission. The call is audited before the response is sent: the actor, and the number, kinds and ids of the tokens, never a
   * value.
   * @param tokens 1 to 500.
   * @returns one value per token, in the same order. Errors: `unavailable` when the audit event cannot be recorded, or the keys cannot be
   * loaded.
   */
  abstract detokenise(context: CallContext, tokens: readonly string[]): Promise<readonly Detokenised[]>;
}

import type { CallContext } from '../../../kernel/context/call-context';
import type { Detokenised, MaskedText, MaskingOptions } from './masking.types';

/**
 * Masks personal data and secrets according to the rules of the context's tenant. Without a tenant, the installation's rules apply, which
 * redact all findings. Hosted by the sidecar. A failure is an error, never unmasked text.
 */
export abstract class MaskingPort {
  /**
   * Masks a JSON value: finds members by their names, and entities in strings.
   * @param json the text of the value, at most 8 Mi UTF-16 units.
   * @returns the text of the masked value. Parts that exceed the limits (more than 64 levels or a million values) become
   * `[REDACTED]`.
   * @param over aborted when no caller is waiting for the result any longer. In that case, the work stops if possible. Errors:
   * `invalid_request` if the text is not JSON; `unprocessable` if masking takes more than 10 s or too much memory; `payload_too_large`.
   * Also `unavailable` when the tenant's rules or keys cannot be loaded, or too many large texts are being masked.
   */
  abstract mask(context: CallContext, json: string, wish: MaskingOptions, over?: AbortSignal): Promise<MaskedText>;

  /**
   * Masks the findings in text and leaves the rest unchanged. The fields in `wish` do not apply.
   * @param text at most 8 Mi UTF-16 units. Errors: `payload_too_large`, `unprocessable`, `unavailable`, as for {@link mask}.
   */
  abstract maskString(
    context: CallContext,
    text: string,
    wish: MaskingOptions,
    over?: AbortSignal,
  ): Promise<MaskedText>;

  /**
   * Turns tokens (`tok_…`) and encrypted values (`enc_…`) of the context's tenant back into their values. The API layer has checked the
   * caller's permission. The call is audited before the response is sent. The audit event contains the actor, and the number, kinds and ids
   * of the tokens, but never a value.
   * @param tokens 1 to 500.
   * @returns one value per token, in the same order. Errors: `unavailable` when the audit event cannot be recorded, or the keys cannot be
   * loaded.
   */
  abstract detokenise(context: CallContext, tokens: readonly string[]): Promise<readonly Detokenised[]>;
}

import type { CallContext } from '../../../kernel/context/call-context';
import type { Detokenised, MaskedText, MaskingWish } from './masking.types';

/**
 * Takes personal data and secrets out of values, by the rules of the context's tenant; without one by those of the
 * installation, which redact. Hosted by the sidecar. A failure is an error, never a text that is not masked.
 */
export abstract class MaskingPort {
  /**
   * Masks a JSON value: members by their names, texts by what is found in them.
   * @param json text of the value, at most 8 Mi UTF-16 units.
   * @returns the text of the masked value. What cannot be looked at (deeper than 64 levels, beyond a million values) is
   * `[REDACTED]`.
   * @param over aborted when nobody waits for the answer any more; the work is then given up, where that saves some.
   * Errors: `invalid_request` when it is no JSON, `unprocessable` when it takes more than 10 s or too much memory, `payload_too_large`; `unavailable` when the tenant's rules or keys cannot
   * be had, or too many large texts are being masked.
   */
  abstract mask(context: CallContext, json: string, wish: MaskingWish, over?: AbortSignal): Promise<MaskedText>;

  /**
   * Masks what is found inside a text and leaves the rest as it is; fields of the wish do not apply.
   * @param text at most 8 Mi UTF-16 units.
   * Errors: `payload_too_large`, `unprocessable`, `unavailable`, as {@link mask}.
   */
  abstract maskString(context: CallContext, text: string, wish: MaskingWish, over?: AbortSignal): Promise<MaskedText>;

  /**
   * Turns tokens (`tok_…`) and encrypted values (`enc_…`) of the context's tenant back; the surface has checked that the
   * caller may. Recorded before anything is answered: who, how many, which kinds, ids of the tokens, never a value.
   * @param tokens 1 to 500.
   * @returns as many, in their order.
   * Errors: `unavailable` when it cannot be recorded, or the keys cannot be had.
   */
  abstract detokenise(context: CallContext, tokens: readonly string[]): Promise<readonly Detokenised[]>;
}

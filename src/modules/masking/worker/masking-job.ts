import type { NewMaskingRules } from '../contract/masking-rules.types';
import type { MaskedText, MaskingWish } from '../contract/masking.types';
import type { KeyRing } from '../domain/masking-keys';

/** A text to be masked by a thread, with all that it needs. */
export interface MaskingJob {
  readonly kind: 'json' | 'text';
  readonly input: string;
  readonly rules: NewMaskingRules;
  readonly wish: MaskingWish;
  readonly ring: KeyRing | null;
}

/** What a thread answers. A refusal is the caller's fault, in words for the caller; `broken` is ours, for the log. */
export type MaskingReply =
  | { readonly kind: 'masked'; readonly masked: MaskedText }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'broken'; readonly message: string };

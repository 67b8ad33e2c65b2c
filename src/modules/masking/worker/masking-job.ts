import type { NewMaskingRules } from '../contract/masking-rules.types';
import type { MaskingWish } from '../contract/masking.types';
import type { KeyRing } from '../domain/masking-keys';

/** A text to be masked by a thread, with all that it needs. */
export interface MaskingJob {
  readonly kind: 'json' | 'text';
  readonly input: string;
  readonly rules: NewMaskingRules;
  readonly wish: MaskingWish;
  readonly ring: KeyRing | null;
}

import type { NewMaskingRules } from '../contract/masking-rules.types';
import type { MaskingOptions } from '../contract/masking.types';
import type { KeyRing } from '../domain/masking-keys';

/** Text to mask in a thread, with all required data. */
export interface MaskingJob {
  readonly kind: 'json' | 'text';
  readonly input: string;
  readonly rules: NewMaskingRules;
  readonly wish: MaskingOptions;
  readonly ring: KeyRing | null;
}

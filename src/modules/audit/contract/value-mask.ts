import type { CallContext } from '../../../kernel/context/call-context';

/**
 * Takes personal data and secrets out of what applications send to be recorded, by the rules of the context's tenant. The
 * roles put the masking module behind it: that records its own decisions here, and so must not be used by name.
 */
export abstract class ValueMask {
  /** Errors: `unavailable`, `unprocessable`: what cannot be masked is not recorded. */
  abstract mask(context: CallContext, value: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
}

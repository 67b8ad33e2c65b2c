import type { CallContext } from '../../../kernel/context/call-context';

/**
 * Masks personal data and secrets in events from applications, according to the rules of the context's tenant. The roles implement this
 * port with the masking module. This module must not import the masking module, which records its decisions in the log.
 */
export abstract class ValueMask {
  /** Masks a value. Errors: `unavailable` and `unprocessable`, because a value that cannot be masked must not be recorded. */
  abstract mask(context: CallContext, value: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
}

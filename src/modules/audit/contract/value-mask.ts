import type { CallContext } from '../../../kernel/context/call-context';

/**
 * Masks personal data and secrets in events from applications, with the rules of the context's tenant. The roles implement it with the
 * masking module, which records its own decisions here and therefore must not be imported.
 */
export abstract class ValueMask {
  /** Masks a value. Errors: `unavailable` and `unprocessable`: a value that cannot be masked is not recorded. */
  abstract mask(context: CallContext, value: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
}

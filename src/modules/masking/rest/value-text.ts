import { AppError } from '../../../kernel/errors/app-error';
import { ExactNumbers } from '../../../kernel/json/exact-numbers';

/**
 * Returns the JSON text of the `value` member of a body, with its numbers as written.
 * @param body the JSON text of an object with that member; the body has been checked.
 * Errors: `invalid_request` for a value that is nested too deeply for the stack.
 */
export function valueText(body: string): string {
  const numbers = new ExactNumbers();
  try {
    const { value } = numbers.parse(body) as { readonly value: unknown };
    return numbers.stringify(value);
  } catch {
    throw new AppError('invalid_request', 'The value is nested too deeply.', {
      fields: [
        { pointer: '/value', code: 'too_deep', message: 'must not be nested deeper than a few thousand levels' },
      ],
    });
  }
}

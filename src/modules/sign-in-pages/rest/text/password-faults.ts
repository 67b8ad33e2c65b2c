import type { AppError } from '../../../../kernel/errors/app-error';
import type { Translations } from './translations';

/** The rule that a new password breaks. */
export type PasswordFault = 'unfit' | 'different' | 'breached' | 'blockedWord';

/** Returns which rule a password breaks. */
export function passwordFaultOf({ fields }: AppError): PasswordFault {
  if (fields.some(({ code }) => code === 'breached')) return 'breached';
  return fields.some(({ code }) => code === 'blocked_word') ? 'blockedWord' : 'unfit';
}

export function passwordFaultText(words: Translations['password'], fault: PasswordFault, leastChars: number): string {
  return fault === 'unfit' ? words.unfit(leastChars) : words[fault];
}

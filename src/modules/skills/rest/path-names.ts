import { AppError } from '../../../kernel/errors/app-error';
import { skillAlias, skillName } from '../contract/skill-definition.types';

/** Throws unless the name is valid for a skill. Errors: `invalid_request`. */
export function assertName(name: string): void {
  assertFits(
    skillName.safeParse(name).success,
    'The name of a skill must be a letter, then letters, digits, "_" and "-", at most 64 characters in total.',
  );
}

/** Throws unless the name is valid for an alias. Errors: `invalid_request`. */
export function assertAlias(alias: string): void {
  assertFits(
    skillAlias.safeParse(alias).success,
    'An alias must be a lowercase letter, then lowercase letters, digits, "_" and "-", at most 32 characters in total.',
  );
}

/** Parses the version number in a path. Errors: `not_found` for malformed numbers, which no version has. */
export function versionOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError('not_found', 'There is no such version of this skill.');
}

function assertFits(fits: boolean, message: string): void {
  if (!fits) throw new AppError('invalid_request', message);
}

import type { FieldRules } from './engine.types';

/** The fields that CoreSDK's clients mask, collected from all clients' lists (wire contract §2.8). */
export const DEFAULT_BLOCKED_FIELDS: readonly string[] = [
  'password',
  'passwd',
  'secret',
  'token',
  'authorization',
  'cookie',
  'credit_card',
  'ssn',
  'email',
  'phone',
  'dob',
  'api_key',
  'apikey',
  'auth',
  'private_key',
  'credential',
  'credentials',
  'access_key',
  'access_token',
  'refresh_token',
  'client_secret',
];

const INDEX = /^\d+$/;

/**
 * Returns rules from names. A name without a dot matches a member at any depth, or the part after the last dot of such a member's name. A
 * name with dots matches the end of a member's path; `*` stands for one step, and you can leave out steps into arrays.
 * Case, `_` and `-` make no difference: `clientSecret` equals `client_secret`.
 */
export function fieldRules(names: readonly string[]): FieldRules {
  const single = new Set<string>();
  const paths: (readonly string[])[] = [];
  for (const name of names) {
    const steps = stepsOf(name);
    const [only] = steps;
    if (steps.length > 1) paths.push(steps);
    else if (only !== undefined && only !== '*') single.add(only);
  }
  return {
    matches(path) {
      const last = path.at(-1);
      if (last === undefined) return false;
      if (
        single.has(normal(last)) ||
        (last.includes('.') && single.has(normal(last.slice(last.lastIndexOf('.') + 1))))
      ) {
        return true;
      }
      if (paths.length === 0) return false;
      const steps = path.flatMap(stepsOf);
      const withoutIndexes = steps.filter((step, index) => index === steps.length - 1 || !INDEX.test(step));
      return paths.some((wanted) => endsWith(steps, wanted) || endsWith(withoutIndexes, wanted));
    },
  };
}

const normal = (name: string): string => (name.length > 200 ? name : name.replace(/[_-]/g, '')).toLowerCase();
const stepsOf = (name: string): string[] => name.split('.', 100).map(normal);

function endsWith(steps: readonly string[], wanted: readonly string[]): boolean {
  const skipped = steps.length - wanted.length;
  return skipped >= 0 && wanted.every((step, index) => step === '*' || step === steps[skipped + index]);
}

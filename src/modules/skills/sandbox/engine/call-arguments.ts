import { CONTEXT_LIMITS } from '../../../flags/contract/evaluation-context';
import { SKILL_LIMITS } from '../../contract/skill-limits';
import { jsonLevels } from '../../domain/json-shape';
import type { ReadText } from './guest-text';

/** The limits on one call's arguments. */
interface ArgumentLimits {
  /** The maximum length as JSON text, in UTF-16 units. */
  readonly chars: number;
  /** The maximum total number of members of all objects and lists in the arguments, including the argument list. */
  readonly members: number;
}

const { maxCallBytes, maxValueLevels } = SKILL_LIMITS;
const NAME: ArgumentLimits = { chars: 1_024, members: 1 };
const PATH: ArgumentLimits = { chars: 8_192, members: 2 };

/** The limits on the arguments of each capability. The thread parses the arguments, so that the main thread does not need to. */
const LIMITS: ReadonlyMap<string, ArgumentLimits> = new Map([
  ['http.fetch', { chars: maxCallBytes, members: 100 }],
  ['secrets.get', NAME],
  ['files.read', PATH],
  ['files.write', { chars: maxCallBytes, members: 16 }],
  ['files.list', PATH],
  ['files.remove', PATH],
  ['flags.value', { chars: 2 * CONTEXT_LIMITS.maxChars, members: 2 * CONTEXT_LIMITS.maxValues }],
]);

/** The capability with which code runs another skill. The input is passed unparsed, as JSON text. */
export const NESTED_RUN = 'skills.run';

/** A call within its limits, or the reason why the call is refused. */
export type ReadCall =
  | { readonly name: string; readonly args: readonly unknown[] }
  | { readonly refusal: { readonly code: string; readonly message: string } };

/** Parses the arguments of a call, a JSON list, within the limits of the capability. */
export function readCall(name: string, read: ReadText): ReadCall {
  const limits = name === NESTED_RUN ? { chars: maxCallBytes, members: Infinity } : LIMITS.get(name);
  if (limits === undefined) return refusal('not_granted', 'There is no such capability.');
  const json = read(limits.chars);
  if (json === null) return tooLarge(`A call to ${name} can have at most ${limits.chars} characters.`);
  if (jsonLevels(json) > maxValueLevels + 1)
    return tooLarge(`A call can have at most ${maxValueLevels} levels of JSON.`);
  const value: unknown = JSON.parse(json);
  const args: readonly unknown[] = Array.isArray(value) ? value : [];
  if (name === NESTED_RUN) return { name, args: [args[0], JSON.stringify(args[1] ?? null)] };
  if (membersOf(args) > limits.members)
    return tooLarge(`A call to ${name} can have at most ${limits.members} members.`);
  return { name, args };
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members: readonly unknown[] = Object.values(value);
  return members.reduce<number>((count, member) => count + membersOf(member), members.length);
}

function tooLarge(message: string): ReadCall {
  return refusal('too_large', message);
}

function refusal(code: string, message: string): ReadCall {
  return { refusal: { code, message } };
}

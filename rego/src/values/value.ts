import type { ExactNumber } from './number.js';
import type { RegoObject } from './object.js';
import type { RegoSet } from './set.js';

/**
 * A value of Rego while a policy runs. Immutable. `undefined` (the JavaScript one) stands for Rego's undefined and is no `Value`.
 * A number is a JavaScript number when it is a safe integer, or a fraction whose shortest decimal text denotes it exactly;
 * every other number (large integers, many digits) is an `ExactNumber`, so two equal numbers always have the same form.
 */
export type Value = null | boolean | string | RegoNumber | RegoArray | RegoObject | RegoSet;
export type RegoNumber = number | ExactNumber;
export type RegoArray = readonly Value[];

export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'set';

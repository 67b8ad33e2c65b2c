/** Rego values, and their conversion from and to JSON. */
export { byteSizeOf } from './values/byte-size.js';
export { payVisits } from './values/depth.js';
export { fromJson, JsonError, parseJson, parseJsonData, stringifyJson, toJson } from './values/json.js';
export { ExactNumber } from './values/number.js';
export { RegoObject } from './values/object.js';
export { RegoSet } from './values/set.js';
export { isArray } from './values/type-name.js';
export type { Value } from './values/value.js';

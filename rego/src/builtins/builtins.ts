import { AGGREGATES } from './aggregates.js';
import { ARITHMETIC } from './arithmetic.js';
import { ARRAYS } from './arrays.js';
import { BITS } from './bits.js';
import type { Builtin } from './builtin.js';
import { COMPARISON } from './comparison.js';
import { CONVERSIONS } from './conversions.js';
import { ENCODING } from './encoding.js';
import { GLOB } from './glob.js';
import { GRAPH } from './graph.js';
import { GRAPHQL } from './graphql.js';
import { HTTP } from './http.js';
import { INTERNAL } from './internal.js';
import { JSON_PATHS } from './json-paths.js';
import { JSON_SCHEMA } from './json-schema.js';
import { JWT_DECODE } from './jwt-decode.js';
import { NET_CIDR } from './net-cidr.js';
import { NUMBERS } from './numbers.js';
import { OBJECTS } from './objects.js';
import { OPA } from './opa.js';
import { REGEX } from './regex.js';
import { SEMVER } from './semver.js';
import { SETS } from './sets.js';
import { STRING_PARTS } from './string-parts.js';
import { STRINGS } from './strings.js';
import { TEMPLATE } from './template.js';
import { TIME_BUILTINS } from './time.js';
import { TYPES } from './types.js';
import { UNITS } from './units.js';
import { URLQUERY } from './urlquery.js';
import { UUID_BUILTINS } from './uuid.js';
import { WALK } from './walk.js';
import { YAML } from './yaml.js';

/** Function families, each in a separate file. */
const FAMILIES: readonly (readonly Builtin[])[] = [
  AGGREGATES,
  ARITHMETIC,
  ARRAYS,
  BITS,
  COMPARISON,
  CONVERSIONS,
  ENCODING,
  GLOB,
  GRAPH,
  GRAPHQL,
  HTTP,
  INTERNAL,
  JSON_PATHS,
  JSON_SCHEMA,
  JWT_DECODE,
  NET_CIDR,
  NUMBERS,
  OBJECTS,
  OPA,
  REGEX,
  SEMVER,
  SETS,
  STRINGS,
  STRING_PARTS,
  TEMPLATE,
  TIME_BUILTINS,
  TYPES,
  UNITS,
  URLQUERY,
  UUID_BUILTINS,
  WALK,
  YAML,
];

/** Built-in functions that do not depend on Node, by name. */
export const PORTABLE_BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  FAMILIES.flat().map((builtin) => [builtin.name, builtin]),
);

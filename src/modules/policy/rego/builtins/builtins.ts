import { AGGREGATES } from './aggregates';
import { ARITHMETIC } from './arithmetic';
import { ARRAYS } from './arrays';
import { BITS } from './bits';
import type { Builtin } from './builtin';
import { COMPARISON } from './comparison';
import { CONVERSIONS } from './conversions';
import { CRYPTO_BUILTINS } from './crypto';
import { ENCODING } from './encoding';
import { GLOB } from './glob';
import { GRAPH } from './graph';
import { GRAPHQL } from './graphql';
import { HTTP } from './http';
import { INTERNAL } from './internal';
import { JSON_PATHS } from './json-paths';
import { JSON_SCHEMA } from './json-schema';
import { JWT_BUILTINS } from './jwt';
import { NET_CIDR } from './net-cidr';
import { NUMBERS } from './numbers';
import { OBJECTS } from './objects';
import { OPA } from './opa';
import { PROVIDERS_AWS } from './providers-aws';
import { REGEX } from './regex';
import { SEMVER } from './semver';
import { SETS } from './sets';
import { STRING_PARTS } from './string-parts';
import { STRINGS } from './strings';
import { TEMPLATE } from './template';
import { TIME_BUILTINS } from './time';
import { TYPES } from './types';
import { UNITS } from './units';
import { URLQUERY } from './urlquery';
import { UUID_BUILTINS } from './uuid';
import { WALK } from './walk';
import { X509_BUILTINS } from './x509';
import { YAML } from './yaml';

/** Families, each in a file of its own. */
const FAMILIES: readonly (readonly Builtin[])[] = [
  AGGREGATES,
  ARITHMETIC,
  ARRAYS,
  BITS,
  COMPARISON,
  CONVERSIONS,
  CRYPTO_BUILTINS,
  ENCODING,
  GLOB,
  GRAPH,
  GRAPHQL,
  HTTP,
  INTERNAL,
  JSON_PATHS,
  JSON_SCHEMA,
  JWT_BUILTINS,
  NET_CIDR,
  NUMBERS,
  OBJECTS,
  OPA,
  PROVIDERS_AWS,
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
  X509_BUILTINS,
  YAML,
];

/** All built-in functions by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  FAMILIES.flat().map((builtin) => [builtin.name, builtin]),
);

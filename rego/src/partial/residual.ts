import type { PartialResult } from '../policy-engine.js';
import type { Body, Module } from '../syntax/ast.js';
import { bodyToData, moduleToData } from '../syntax/ast-json.js';
import { parseNumber } from '../values/number.js';
import { printBody, printModule } from './print-syntax.js';

/** A query that remains after a partial evaluation. */
export interface ResidualQuery {
  /** Rego source, one expression per line; empty if the query holds for all unknowns. */
  readonly text: string;
  /** OPA's syntax tree as JSON, as in the response of `/v1/compile`. */
  readonly ast: readonly unknown[];
}

/** A module of rules that residual queries refer to, in addition to the modules of the policy. */
export interface SupportModuleText {
  /** The package name, such as `partial.authz`. */
  readonly package: string;
  readonly text: string;
  /** OPA's syntax tree as JSON. */
  readonly ast: unknown;
}

/** The residual of a query, which holds if one of these queries does. */
export interface Residual {
  readonly queries: readonly ResidualQuery[];
  readonly support: readonly SupportModuleText[];
}

/** Returns the result of a partial evaluation as text and as OPA's syntax trees. */
export function residualOf({ queries, support }: Extract<PartialResult, { outcome: 'partial' }>): Residual {
  return { queries: queries.map(residualQuery), support: support.map(supportModule) };
}

/** Returns only the syntax trees. */
export function treesOf({ queries, support }: Extract<PartialResult, { outcome: 'partial' }>): {
  readonly queries: readonly unknown[];
  readonly support: readonly unknown[];
} {
  return {
    queries: queries.map((body) => bodyToData(body, number)),
    support: support.map((module) => moduleToData(module, number)),
  };
}

const residualQuery = (body: Body): ResidualQuery => ({ text: printBody(body), ast: bodyToData(body, number) });

const supportModule = (module: Module): SupportModuleText => ({
  package: module.package.path.join('.'),
  text: printModule(module),
  ast: moduleToData(module, number),
});

/** Parses a number, which `JSON.stringify` then writes exactly. */
const number = (text: string): unknown => parseNumber(text) ?? null;

import type { PartialResult } from '../policy-engine.js';
import type { Body, Module } from '../syntax/ast.js';
import { bodyToData, moduleToData } from '../syntax/ast-json.js';
import { parseNumber } from '../values/number.js';
import { printBody, printModule } from './print-syntax.js';

/** A query that is left of a partial evaluation. */
export interface ResidualQuery {
  /** Rego, an expression a line; empty when the query holds whatever the unknowns are. */
  readonly text: string;
  /** OPA's syntax tree as JSON, as `/v1/compile` answers it. */
  readonly ast: readonly unknown[];
}

/** A module of rules that residual queries refer to, in addition to the modules of the policy. */
export interface SupportModuleText {
  /** `partial.authz` */
  readonly package: string;
  readonly text: string;
  /** OPA's syntax tree as JSON. */
  readonly ast: unknown;
}

/** The residual of a query, which holds when one of these queries does. */
export interface Residual {
  readonly queries: readonly ResidualQuery[];
  readonly support: readonly SupportModuleText[];
}

/** The result of a partial evaluation as text and as OPA's syntax trees. */
export function residualOf({ queries, support }: Extract<PartialResult, { outcome: 'partial' }>): Residual {
  return { queries: queries.map(residualQuery), support: support.map(supportModule) };
}

/** The syntax trees alone. */
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

/** `JSON.stringify` writes it exactly. */
const number = (text: string): unknown => parseNumber(text) ?? null;

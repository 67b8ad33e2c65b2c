import type { Value } from '../../values/value.js';

/** A node in the tree of a Go `text/template`. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly line: number; readonly pipeline: Pipeline }
  | BranchNode
  | { readonly kind: 'template'; readonly line: number; readonly name: string; readonly pipeline: Pipeline | undefined }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' };

export interface BranchNode {
  readonly kind: 'if' | 'with' | 'range';
  readonly line: number;
  readonly pipeline: Pipeline;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
}

export interface Pipeline {
  /** The variables of `$x :=`, of `$i, $v :=` (in `range`) or of `$x =`. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly Command[];
}

/** A function with its arguments, or a single operand. */
export type Command = readonly Operand[];

export type Operand =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'nil' }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'field'; readonly base: FieldBase; readonly path: readonly string[]; readonly text: string };

export type FieldBase =
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline };

export interface ParsedTemplate {
  readonly main: readonly TemplateNode[];
  readonly named: ReadonlyMap<string, readonly TemplateNode[]>;
}

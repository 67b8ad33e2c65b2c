import type { RefTerm, Term } from '../syntax/ast.js';
import { operatorName } from '../syntax/operators.js';
import { originalName } from './names.js';

/** Formats a rule's path as OPA prints references: `data.a.p[x].q`, `data.a["b-c"]`. */
export function formatPath(path: readonly Term[]): string {
  let text = 'data';
  for (const part of path) {
    text += part.kind === 'string' ? suffix(part) : `[${formatKey(part)}]`;
  }
  return text;
}

/** Formats a reference after resolution: `data.a.p[x]`. */
export function formatReference(term: RefTerm): string {
  const head = term.head.kind === 'var' ? originalName(term.head.name) : term.head.loc.text;
  return head + term.path.map((part) => (part.kind === 'string' ? suffix(part) : `[${formatKey(part)}]`)).join('');
}

function suffix(part: Term): string {
  const head: Term = { kind: 'var', name: '', loc: part.loc };
  return operatorName(head, [part]) ?? '';
}

function formatKey(term: Term): string {
  return term.kind === 'var' ? originalName(term.name) : term.loc.text;
}

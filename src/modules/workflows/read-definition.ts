import { isAlias, LineCounter, parseDocument, visit } from 'yaml';
import { AppError } from '../../kernel/errors/app-error';
import { invalidInput } from '../../kernel/http/schema-pipe';
import { workflowDefinition, type WorkflowDefinition } from './contract/workflow-definition.types';

/**
 * A definition in YAML 1.2 or JSON, which is YAML as well. Anchors are refused, as a few of them make gigabytes.
 * Errors: `invalid_request` with line and column, or with the members at fault.
 */
export function readDefinition(text: string): WorkflowDefinition {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: true, strict: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [at] = error.linePos ?? [];
    const where = at === undefined ? '' : ` (line ${at.line}, column ${at.col})`;
    throw new AppError('invalid_request', `The definition is neither YAML nor JSON${where}.`);
  }
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) throw new AppError('invalid_request', 'A definition has no aliases of YAML.');
    },
  });
  const parsed = workflowDefinition.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues);
}

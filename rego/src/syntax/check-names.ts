import { RegoError } from '../errors.js';
import type { Import, Module, Rule, Term } from './ast.js';
import { visitTerms } from './visit.js';

/** Each error costs a stack trace, and further errors are of little use. */
const MAX_ERRORS = 10;

const isRootDocument = (name: string): boolean => name === 'input' || name === 'data';

const importName = ({ path, alias }: Import): string => alias ?? path.at(-1) ?? '';

const printImport = ({ path, alias }: Import): string =>
  `import ${path.join('.')}${alias === undefined ? '' : ` as ${alias}`}`;

const duplicateImports = ({ imports }: Module): RegoError[] => {
  const known = new Map<string, Import>();
  const errors: RegoError[] = [];
  for (const item of imports) {
    const name = importName(item);
    const earlier = known.get(name);
    if (earlier === undefined) {
      known.set(name, item);
    } else if (errors.length < MAX_ERRORS) {
      errors.push(new RegoError('rego_compile_error', `import must not shadow ${printImport(earlier)}`, item.loc));
    }
  }
  return errors;
};

const shadowingRule = ({ head, loc }: Rule): RegoError[] => {
  const errors: RegoError[] = [];
  if (isRootDocument(head.name.name)) {
    const message = `rules must not shadow ${head.name.name} (use a different rule name)`;
    errors.push(new RegoError('rego_compile_error', message, loc));
  }
  for (const arg of head.args ?? []) {
    if (arg.kind === 'var' && isRootDocument(arg.name)) {
      const message = `args must not shadow ${arg.name} (use a different variable name)`;
      errors.push(new RegoError('rego_compile_error', message, arg.loc));
    }
  }
  return errors;
};

const shadowingVariable = (term: Term): RegoError[] => {
  const [name] = term.kind === 'call' && term.operator === 'assign' ? term.args : [];
  if (name?.kind !== 'var' || !isRootDocument(name.name)) {
    return [];
  }
  const message = `variables must not shadow ${name.name} (use a different variable name)`;
  return [new RegoError('rego_compile_error', message, term.loc)];
};

/**
 * Checks names that Rego v1 reserves: an import must not hide another import, and nothing can be named `input` or `data` (OPA
 * `rego_v1.go`). Set `inBodies` to false to skip the walk over all terms if no body assigns to either name.
 */
export const checkNames = (module: Module, inBodies: boolean): RegoError[] => {
  const errors = [...duplicateImports(module), ...module.rules.flatMap(shadowingRule)];
  if (inBodies) {
    visitTerms(module.rules, (term) => {
      errors.push(...shadowingVariable(term));
    });
  }
  return errors;
};

import { Buffer } from 'buffer';
import { RegoError } from '../errors.js';
import type { PolicySource } from '../policy-engine.js';
import { attachAnnotations } from './annotations.js';
import type { Body, Module, Term } from './ast.js';
import { checkNames } from './check-names.js';
import { checkRuleForm } from './check-rules.js';
import { type ParsedStatements, StatementParser } from './parse-statements.js';
import { DEFAULT_PARSE_LIMITS, type ParseLimits, SyntaxFailure } from './syntax-failure.js';

/** Stops at ten errors, as OPA does. */
const MAX_ERRORS = 10;

export type Parsed<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly errors: readonly RegoError[] };

/**
 * Parses a Rego v1 file as OPA 1.x does. Errors are OPA's: `rego_parse_error` for source that is not Rego (only the first error, or every
 * rule in an old form), and `rego_compile_error` for names that Rego v1 reserves. Never throws, whatever the source contains. The time is
 * linear in the length of the source.
 */
export const parseModule = (source: PolicySource, limits?: Partial<ParseLimits>): Parsed<{ readonly module: Module }> =>
  guarded(source.path, source.text, limits, (parser) => {
    const statements = parser.statements();
    const formErrors = checkStatements(source.path, statements);
    const [firstPackage] = statements.packages;
    if (formErrors.length > 0 || firstPackage === undefined) {
      return { ok: false, errors: formErrors };
    }
    const { comments } = parser;
    const { imports, rules } = statements;
    const attached = attachAnnotations({
      file: source.path,
      package: firstPackage,
      imports,
      rules: rules.filter(({ isElse }) => !isElse).map(({ rule }) => rule),
      comments,
      annotations: [],
    });
    const errors = attached.ok ? checkNames(attached.module, parser.mayShadowRootDocuments) : attached.errors;
    return errors.length > 0 || !attached.ok ? { ok: false, errors: errors.slice(0, MAX_ERRORS) } : attached;
  });

/** Parses a query: expressions separated by `;` or line breaks. An empty query is an error. */
export const parseBody = (text: string, file = '', limits?: Partial<ParseLimits>): Parsed<{ readonly body: Body }> =>
  guarded(file, text, limits, (parser) => {
    const body = parser.query();
    return body.length > 0 ? { ok: true, body } : { ok: false, errors: [parseError(file, 'empty query')] };
  });

/** Parses exactly one term, such as `{"a": {1, 2}}`. */
export const parseTerm = (text: string, limits?: Partial<ParseLimits>): Parsed<{ readonly term: Term }> => {
  const parsed = parseBody(text, '', limits);
  if (!parsed.ok) {
    return parsed;
  }
  const [expr, ...others] = parsed.body;
  if (expr?.kind !== 'term' || others.length > 0 || expr.negated || expr.with.length > 0) {
    return { ok: false, errors: [parseError('', 'expected exactly one term')] };
  }
  return { ok: true, term: expr.term };
};

const parseError = (file: string, message: string): RegoError =>
  new RegoError('rego_parse_error', message, { file, row: 1, col: 1 });

const guarded = <T>(
  file: string,
  text: string,
  limits: Partial<ParseLimits> | undefined,
  parse: (parser: StatementParser) => Parsed<T>,
): Parsed<T> => {
  const all = { ...DEFAULT_PARSE_LIMITS, ...limits };
  // A string of n units has at least n bytes in UTF-8, so the cheap check comes first.
  const bytes = text.length > all.maxSourceBytes ? text.length : Buffer.byteLength(text);
  if (bytes > all.maxSourceBytes) {
    const message = `the source is larger than ${all.maxSourceBytes} bytes; split it into several files`;
    return { ok: false, errors: [parseError(file, message)] };
  }
  try {
    return parse(new StatementParser(file, text, all));
  } catch (caught) {
    if (caught instanceof SyntaxFailure) {
      return { ok: false, errors: caught.toErrors(file) };
    }
    // Limits keep the parser far from the end of the stack, unless its caller is already near it.
    if (caught instanceof RangeError) {
      return { ok: false, errors: [parseError(file, 'max parsing recursion depth exceeded')] };
    }
    throw caught;
  }
};

const checkStatements = (file: string, { packages, rules, misplaced }: ParsedStatements): RegoError[] => {
  const errors: RegoError[] = [];
  if (packages.length === 0 && misplaced === undefined) {
    return [parseError(file, 'empty module')];
  }
  if (misplaced !== undefined) {
    const { row, col } = misplaced;
    errors.push(new RegoError('rego_parse_error', 'package expected', { file, row, col }));
  }
  const extra = misplaced === undefined ? packages.slice(1) : packages;
  errors.push(
    ...extra.slice(0, MAX_ERRORS).map(({ loc }) => new RegoError('rego_parse_error', 'unexpected package', loc)),
  );
  errors.push(...rules.flatMap(checkRuleForm).slice(0, MAX_ERRORS));
  return errors.slice(0, MAX_ERRORS);
};

import { LimitExceeded, payVisits, type RegoError, stringifyJson, type Value } from '@coresdk/rego/node';
import type { DocumentError, DocumentQuery, PolicyDecision, PolicyDocument } from './contract/policy.types';
import { beyondWall, codeOf, denied, type DecisionRun, inputOf, placeOf, stopped } from './decide';
import { type TenantPolicy, withData } from './tenant-policy';
import type { TenantWall } from './tenant-wall';

/** The maximum length of a document's text. Callers should store larger data themselves. */
const MAX_DOCUMENT_CHARS = 4 * 1024 * 1024;
const INDENT = '  ';
/** The maximum length of a path that a reason repeats. */
const MAX_NAME_CHARS = 256;

type Asked = Pick<DocumentQuery, 'rule' | 'input' | 'isStrict' | 'linePrefix'>;

/** The reason why a document is unavailable. */
interface Missing {
  readonly code: Parameters<typeof denied>[0];
  readonly reason: string;
  readonly error?: DocumentError;
}

/**
 * Evaluates the document at a path of one policy. Evaluates the tenant wall first, as for a decision. The budget includes the serialization
 * of the result.
 */
export function evaluateDocument(
  policy: TenantPolicy,
  wall: TenantWall,
  { rule, input: given, isStrict, linePrefix }: Asked,
  run: DecisionRun,
): PolicyDocument {
  const path = withData(rule);
  let input: Value | undefined;
  const missing = ({ code, reason, error }: Missing): PolicyDocument => ({
    decision: denied(code, reason, policy, path.slice(0, MAX_NAME_CHARS)).decision,
    json: null,
    hasInput: input !== undefined,
    error: error ?? null,
  });
  try {
    input = inputOf(given, run.budget);
  } catch (error) {
    if (error instanceof LimitExceeded)
      return missing({ code: codeOf(error.limit), reason: stopped(path, error.message) });
    return missing({ code: 'invalid_input', reason: 'The body is not JSON, or is too large or nested too deeply.' });
  }
  const beyond = beyondWall(wall.evaluate(policy.tenant, input, run));
  if (beyond !== null) return missing({ code: 'tenant_wall', reason: beyond });
  const prepared = policy.policy.prepareRule(path);
  if (prepared === undefined)
    return missing({ code: 'no_such_rule', reason: `There is nothing at ${path} in this policy.` });
  const evaluation = prepared.evaluate(input, { ...run, strictBuiltinErrors: isStrict });
  switch (evaluation.outcome) {
    case 'undefined':
      return missing({ code: 'undefined', reason: `${path} is undefined for this input.` });
    case 'error':
      return missing({
        code: 'evaluation_error',
        reason: `${path} failed: ${placeOf(evaluation.error)}.`,
        error: errorOf(evaluation.error),
      });
    case 'limit':
      return missing({ code: codeOf(evaluation.limit), reason: stopped(path, evaluation.message) });
    case 'value':
      return documentOf(policy, path, evaluation.value, { hasInput: input !== undefined, linePrefix }, run);
  }
}

/** Returns the document with its text, or without its text if the text would be too expensive to create. */
function documentOf(
  policy: TenantPolicy,
  path: string,
  value: Value,
  { hasInput, linePrefix }: Pick<PolicyDocument, 'hasInput'> & Pick<DocumentQuery, 'linePrefix'>,
  { budget }: DecisionRun,
): PolicyDocument {
  let chars = 0;
  const payer = payVisits(budget);
  try {
    const layout = linePrefix === null ? undefined : { prefix: linePrefix, indent: INDENT };
    const json = stringifyJson(value, layout, (length) => {
      chars += length;
      budget.allocate(length);
      if (chars > MAX_DOCUMENT_CHARS)
        throw new LimitExceeded('memory', `it has more than ${MAX_DOCUMENT_CHARS} characters`);
    });
    const decision =
      value === false ? denied('denied', `${path} is false.`, policy, path).decision : policy.allowed.decision;
    return { decision, json, hasInput, error: null };
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    const { decision } = denied(codeOf(error.limit), stopped(path, error.message), policy, path);
    return { decision, json: null, hasInput, error: null };
  } finally {
    payVisits(payer);
  }
}

function errorOf({ code, message, location }: RegoError): DocumentError {
  if (location === undefined) return { code, message };
  const { file, row, col } = location;
  return { code, message, location: { file, row, col } };
}

/** Returns the result for a query when no policy is available. */
export function noDocument(decision: PolicyDecision): PolicyDocument {
  return { decision, json: null, hasInput: true, error: null };
}

import {
  type Budget,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationTrace,
  fromJson,
  isArray,
  JsonError,
  LimitExceeded,
  type LimitName,
  parseJson,
  payVisits,
  type PreparedRule,
  type RegoError,
  RegoObject,
  RegoSet,
  toJson,
  type Value,
} from '@coresdk/rego/node';
import type { PolicyDenialCode, PolicyInput, PolicyQuery, ResourcePermission } from './contract/policy.types';
import { denial } from './domain/denial';
import { toResourcePermission } from './domain/resource-permission';
import { type RuleQuery, type Decided, type TenantPolicy, withData } from './tenant-policy';
import type { TenantWall } from './tenant-wall';

/** The maximum length of a rule name that a reason repeats. */
const MAX_NAME_CHARS = 256;
/** The limits for a text input. */
const INPUT_LIMITS = { maxBytes: 4 * 1024 * 1024 };

/** The options of a decision, with a shared budget for the wall, the rule and its reasons. */
export type DecisionRun = EvaluateOptions & { readonly budget: Budget };

/**
 * Decides a query with one policy: evaluates the tenant wall first, then the rule. Every failure results in a denial.
 * @param wall checks the input against its tenant.
 * @param trace observes the rule, but not the wall or the rules for reasons.
 */
export function decide(
  policy: TenantPolicy,
  wall: TenantWall,
  query: Pick<PolicyQuery, 'rule' | 'input'>,
  run: DecisionRun,
  trace?: EvaluationTrace,
): Decided {
  const asked = policy.rule(query.rule);
  const path = asked?.path ?? withData(query.rule).slice(0, MAX_NAME_CHARS);
  let input: Value | undefined;
  try {
    input = inputOf(query.input, run.budget);
  } catch (error) {
    if (error instanceof LimitExceeded) return denied(codeOf(error.limit), stopped(path, error.message), policy, path);
    return denied('invalid_input', 'The input is not JSON, or is too large or nested too deeply.', policy, path);
  }
  const beyond = beyondWall(wall.evaluate(policy.tenant, input, run));
  if (beyond !== null) return denied('tenant_wall', beyond, policy, path);
  if (asked === undefined) return denied('no_such_rule', `There is no rule ${path} in this policy.`, policy, path);
  return judge(policy, asked, input, run, trace);
}

/** Returns the input as a value. Text is parsed once, here. Errors: `JsonError`; `LimitExceeded` when the values exceed the budget. */
export function inputOf(input: PolicyInput, budget: Budget): Value | undefined {
  if ('json' in input) return input.json === '' ? undefined : parseJson(input.json, INPUT_LIMITS);
  if ('body' in input) return input.body === '' ? undefined : memberOf(parseJson(input.body, INPUT_LIMITS));
  const payer = payVisits(budget);
  try {
    return fromJson(input.value);
  } finally {
    payVisits(payer);
  }
}

function memberOf(body: Value): Value | undefined {
  // OPA treats null here as a missing input.
  if (body === null || body instanceof RegoObject) return body?.get('input') ?? undefined;
  throw new JsonError('the body is not an object');
}

/**
 * Returns the reason for which the wall refuses the input, or `null` if the wall allows it. It fails closed: an evaluation without a result
 * is a refusal.
 */
export function beyondWall(evaluation: Evaluation): string | null {
  if (evaluation.outcome !== 'value' || !(evaluation.value instanceof RegoSet)) {
    return 'The tenant wall could not determine whether the input names another tenant.';
  }
  if (evaluation.value.size === 0) return null;
  return `The input names another tenant in ${textsOf(evaluation.value).join(', ')}.`;
}

function judge(
  policy: TenantPolicy,
  asked: RuleQuery,
  input: Value | undefined,
  run: DecisionRun,
  trace: EvaluationTrace | undefined,
): Decided {
  const { path } = asked;
  const reason = (): string | null => reasonOf(asked, input, run);
  const evaluation = asked.rule.evaluate(input, trace === undefined ? run : { ...run, trace });
  switch (evaluation.outcome) {
    case 'value':
      if (asked.isResourcePermission) return judgePermission(policy, path, evaluation.value);
      if (evaluation.value === true) return policy.allowed;
      if (evaluation.value === false) {
        return { ...denied('denied', reason() ?? `${path} is false.`, policy, path), value: false };
      }
      return {
        ...denied('not_boolean', `${path} does not return a boolean, so it is not a decision.`, policy, path),
        value: evaluation.value,
      };
    case 'undefined':
      return denied('undefined', reason() ?? `${path} is undefined for this input.`, policy, path);
    case 'error':
      return denied('evaluation_error', `${path} failed: ${placeOf(evaluation.error)}.`, policy, path);
    case 'limit':
      return denied(codeOf(evaluation.limit), stopped(path, evaluation.message), policy, path);
  }
}

/**
 * Returns the denial code for an exceeded limit. Only the caller's time limit counts as a deadline; all other limits depend on the policy.
 */
export function codeOf(limit: LimitName): PolicyDenialCode {
  return limit === 'deadline' ? 'deadline' : 'limit';
}

export function stopped(path: string, why: string): string {
  return `${path} was stopped: ${why}.`;
}

function judgePermission(policy: TenantPolicy, path: string, value: Value): Decided {
  const resourcePermission = toResourcePermission(toJson(value));
  if (resourcePermission === null) {
    return { ...denied('not_boolean', `${path} does not return a decision of the known form.`, policy, path), value };
  }
  const { decision: word, reasonDetail, reasonCode } = resourcePermission;
  // Only a plain "allow" becomes true: otherwise, a caller that reads only the boolean would return data that must be masked or approved
  // first.
  if (isPlainAllow(resourcePermission)) return { decision: { ...policy.allowed.decision, resourcePermission }, value };
  const words = [reasonDetail, reasonCode, `${path} says ${word}.`].find((text) => text !== '') ?? '';
  return { decision: { ...denial('denied', words, policy.version, path), resourcePermission }, value };
}

export function denied(code: PolicyDenialCode, reason: string, { version }: TenantPolicy, path: string): Decided {
  return { decision: denial(code, reason, version, path), value: undefined };
}

/**
 * Returns true for an allow without conditions. A caller that reads only the boolean must not proceed if an approval, or a status other
 * than success, is required.
 */
function isPlainAllow({ decision, obligations, safeHttpStatus }: ResourcePermission): boolean {
  const isSuccess = safeHttpStatus >= 200 && safeHttpStatus < 300;
  return decision === 'allow' && isSuccess && (obligations?.requiresApprovalType ?? '') === '';
}

/** The maximum number of strings that a reason includes from one set or array. */
const MAX_TEXTS = 20;

/**
 * Returns the policy's own reason why a rule does not hold: the strings of `deny_reasons` in the rule's package, or else of `deny_reason`.
 * The sentences of `deny_details` follow, as in `insufficient_scope: This call needs the scope "projects.write".` Returns `null` if there
 * is no reason.
 */
function reasonOf({ reasons, details }: RuleQuery, input: Value | undefined, options: EvaluateOptions): string | null {
  for (const reason of reasons) {
    const evaluation = reason.evaluate(input, options);
    if (evaluation.outcome !== 'value') continue;
    const words = textsOf(evaluation.value).join(', ');
    if (words !== '') return [words, ...sentencesOf(details, input, options)].join(': ');
  }
  return null;
}

/** Returns one text with all sentences, or an empty list if there are none. */
function sentencesOf(
  details: PreparedRule | undefined,
  input: Value | undefined,
  options: EvaluateOptions,
): readonly string[] {
  const evaluation = details?.evaluate(input, options);
  const sentences = evaluation?.outcome === 'value' ? textsOf(evaluation.value) : [];
  return sentences.length === 0 ? [] : [sentences.join(' ')];
}

/** Returns a string, or the strings of an array or set in order. Returns an empty list for other values. */
function textsOf(value: Value): readonly string[] {
  if (typeof value === 'string') return [value];
  const items = value instanceof RegoSet ? value.sorted() : isArray(value) ? value : [];
  return items.filter((item) => typeof item === 'string').slice(0, MAX_TEXTS);
}

/**
 * Returns OPA's code and the location of a policy error. The message is left out, because built-in functions include their arguments in it.
 */
export function placeOf({ code, location }: RegoError): string {
  return location === undefined ? code : `${code} at ${location.file}:${location.row}:${location.col}`;
}

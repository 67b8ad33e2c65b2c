import { AppError } from '../../../kernel/errors/app-error';
import type {
  PolicyBundleUpdate,
  PolicyEvaluateResponse,
  ResourcePermDecision,
} from '../../../kernel/grpc/generated/coresdk/v1/policy';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import { prepare } from '../../../kernel/grpc/prepared-answer';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import type { PolicyDecision, PolicyDenialCode, PolicyExplanation, PolicyUpdate } from '../contract/policy.types';

/** The maximum length of an explanation in `reason`. A longer explanation loses its least important parts. */
const MAX_EXPLANATION_CHARS = 64 * 1024;

/** The problem code of each denial. A plain denial has no problem code, because the policy was evaluated. */
const PROBLEM: Readonly<Record<PolicyDenialCode, AppError['code'] | null>> = {
  denied: null,
  undefined: null,
  tenant_wall: 'forbidden',
  no_such_rule: 'not_found',
  not_boolean: 'unprocessable',
  invalid_input: 'invalid_request',
  evaluation_error: 'unprocessable',
  limit: 'unprocessable',
  deadline: 'deadline_exceeded',
  unavailable: 'unavailable',
};

/** The most frequent response, encoded once. */
const ALLOWED = prepare<PolicyEvaluateResponse>({
  result: true,
  reason: '',
  dryRun: false,
  error: null,
  resourcePerm: null,
});

/** Converts a decision to its wire format. */
export function toEvaluateResponse(decision: PolicyDecision): PolicyEvaluateResponse {
  if (decision.allowed && decision.reason === '' && decision.resourcePermission === null) return ALLOWED;
  return {
    result: decision.allowed,
    reason: decision.reason,
    dryRun: false,
    error: problemBehind(decision),
    resourcePerm: toResourcePerm(decision),
  };
}

/** Converts a dry run to its wire format: the decision, with its explanation as JSON in `reason`. */
export function toDryRunResponse(explanation: PolicyExplanation): PolicyEvaluateResponse {
  return { ...toEvaluateResponse(explanation.decision), dryRun: true, reason: explanationText(explanation) };
}

/** Returns the response for a query that could not be evaluated. */
export function refusedAnswer(error: AppError, dryRun: boolean): PolicyEvaluateResponse {
  return { result: false, reason: error.message, dryRun, error: problemOf(error), resourcePerm: null };
}

export function toBundleUpdate({ version, archive, activatedAtMs }: PolicyUpdate): PolicyBundleUpdate {
  return {
    bundleVersion: String(version),
    bundleData: Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength),
    updatedAt: Math.floor(activatedAtMs / 1000),
  };
}

function problemBehind({ code, reason, outage }: PolicyDecision): ProblemDetail | null {
  const kind = code === null ? null : PROBLEM[code];
  return code === null || kind === null ? null : problem(kind, reason, outage ?? code);
}

function toResourcePerm({ resourcePermission, version }: PolicyDecision): ResourcePermDecision | null {
  if (resourcePermission === null) return null;
  return { ...resourcePermission, policyVersion: version === null ? '' : String(version) };
}

/** Returns the whole explanation if it fits. Otherwise, omits coverage and timings, or, as a last resort, everything but the decision. */
function explanationText(explanation: PolicyExplanation): string {
  const { coverage, decision, durationMicros } = explanation;
  const short = { ...explanation, coverage: { percent: coverage.percent, files: [] }, timings: [] };
  const attempts = [explanation, short, { decision, durationMicros, truncated: true }];
  const texts = attempts.map((attempt) => JSON.stringify(attempt));
  return texts.find((text) => text.length <= MAX_EXPLANATION_CHARS) ?? '{"truncated":true}';
}

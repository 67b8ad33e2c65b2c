import { ForbiddenAddress } from '../../../kernel/network/ssrf-guarded-lookup';
import { type GuardedAnswer, guardedRequest, LateAnswer } from '../../../kernel/network/ssrf-guarded-request';
import { type UrlRules, urlFault } from '../../../kernel/network/receiver-url';
import { rejectionReason } from '../../../kernel/network/webhook-post';
import { webhookHeaders } from '../../../kernel/network/webhook-signature';
import { addressRule } from '../../../kernel/network/public-address';
import type { JsonValue } from '../../jobs/contract/job.types';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import { isDeeperThan, VALUE_LEVELS } from '../domain/json-levels';
import { StepFault } from './step-fault';

/** A call with its templates filled in. */
export interface WebhookCall {
  readonly url: string;
  readonly method: string;
  /** The body; `undefined` when no body is sent. */
  readonly body: JsonValue | undefined;
  /** The idempotency key: the same for every attempt, so that a receiver detects repetitions. */
  readonly key: string;
  /** The signing secret, `whsec_` followed by base64; `null` for an unsigned call. */
  readonly secret: string | null;
  readonly timeoutSeconds: number;
}

/** The statuses other than 5xx after which a retry can succeed (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4). */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Calls a receiver with the protections that also apply to webhooks, and returns its response. Errors: {@link StepFault}. */
export async function callWebhook(call: WebhookCall, rules: UrlRules, nowMs: number): Promise<JsonValue> {
  const fault = urlFault(call.url, rules);
  if (fault !== null) throw new StepFault('denied', fault.message);
  const { status, headers, body } = await answerOf(call, rules, nowMs);
  if (status >= 200 && status <= 299) return { status, body: valueOf(body, headers['content-type'] ?? '') };
  const code = status >= 500 || PASSING.has(status) ? 'status' : 'failed';
  throw new StepFault(code, `The receiver returned ${status}.`);
}

async function answerOf(
  call: WebhookCall,
  { mayBePrivate, mayBePlain }: UrlRules,
  nowMs: number,
): Promise<GuardedAnswer> {
  const { url, method, key, secret, timeoutSeconds } = call;
  const body = call.body === undefined || method === 'GET' ? '' : JSON.stringify(call.body);
  const message = { id: key, seconds: Math.floor(nowMs / 1_000), body };
  try {
    return await guardedRequest(new URL(url), {
      method,
      headers: {
        'User-Agent': 'CoreSDK-Workflows/1',
        'Idempotency-Key': key,
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
        ...(secret === null ? {} : webhookHeaders([secret], message)),
      },
      ...(body === '' ? {} : { body }),
      timeoutMs: timeoutSeconds * 1_000,
      limitBytes: WORKFLOW_LIMITS.maxAnswerBytes,
      httpsOnly: !mayBePlain,
      maxRedirects: 0,
      isAllowed: addressRule(mayBePrivate),
    });
  } catch (error) {
    if (error instanceof ForbiddenAddress) throw new StepFault('denied', rejectionReason(error));
    if (error instanceof LateAnswer) throw new StepFault('timeout', rejectionReason(error));
    throw new StepFault('unreachable', rejectionReason(error));
  }
}

/** Returns a JSON body as a value, and any other body as text. */
function valueOf(body: Buffer, type: string): JsonValue {
  const text = body.toString('utf8').replaceAll('\0', '').toWellFormed();
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type) || text === '') return text;
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
  if (isDeeperThan(VALUE_LEVELS, value))
    throw new StepFault('limit', `The response has more than ${VALUE_LEVELS} levels.`);
  return value;
}

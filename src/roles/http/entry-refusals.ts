import { httpContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { RawRequest } from '../../kernel/http/request-listener';
import { addressKey } from '../../kernel/limits/address-key';
import type { RateLimitState } from '../../kernel/limits/entry-rate-limiter';
import { setLimitHeaders } from '../../kernel/limits/limit-headers';
import { LogSampler } from '../../kernel/limits/log-sampler';
import type { Clock } from '../../kernel/time/clock';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import { auditEvent } from '../../modules/audit/contract/audit.types';

const RECORDED_EVERY_MS = 1_000;
const MAX_CLIENT_CHARS = 128;

/** Refuses requests that exceed a limit (status 429). Limits the records, so that a flood cannot fill the log. */
export class EntryRefusals {
  private readonly thinned = new LogSampler(RECORDED_EVERY_MS, () => performance.now());

  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  /** Returns the error for a refused request, after the refusal has been recorded or omitted. Sets the rate limit headers. */
  async refuse(front: RawRequest, clientId: string | null, standing: RateLimitState): Promise<AppError> {
    setLimitHeaders(front.response, standing.headers);
    await this.record(front, clientId, standing);
    const seconds = standing.retryAfterSeconds;
    const whose = standing.refusedBy === 'client' ? 'for this client' : 'from this address';
    const message = `There were too many requests ${whose}; try again in ${seconds} s.`;
    return new AppError('rate_limited', message, { headers: { 'Retry-After': String(seconds) } });
  }

  /** Responds to a refused request that a raw handler processes. */
  answer(front: RawRequest, clientId: string | null, standing: RateLimitState): void {
    void this.refuse(front, clientId, standing).then(front.fail, front.fail);
  }

  /**
   * Writes at most one record per second for each address, client and reason, with the number of omitted refusals. A refusal by address is
   * recorded without the client ID, because the caller chooses that ID.
   */
  private async record(
    { state, path, rules }: RawRequest,
    claimed: string | null,
    standing: RateLimitState,
  ): Promise<void> {
    const by = standing.refusedBy ?? 'address';
    const clientId = (by === 'client' ? (claimed ?? '') : '').slice(0, MAX_CLIENT_CHARS);
    const omitted = this.thinned.sample(`${by} ${addressKey(state.ip)} ${clientId}`);
    if (omitted === null) return;
    const context = httpContext(state, clientId === '' ? {} : { actor: { type: 'service', id: clientId } });
    const refused = {
      action: 'limit.refuse',
      resourceType: 'endpoint',
      resourceId: recordedPath(path, rules),
      reason: 'rate_limited',
    };
    const event = { ...refused, outcome: 'denied' as const, metadata: { by, omitted } };
    await this.audit.record(context, auditEvent(context, event, this.clock.nowMs()));
  }
}

/** Returns a path that can be recorded. A token in the path, such as an invitation token, is replaced because it grants access. */
function recordedPath(path: string, rules: RawRequest['rules']): string {
  return rules?.template.includes('/:token') === true ? rules.template.replaceAll(/:(\w+)/g, '{$1}') : path;
}

import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Installation } from '../../../../kernel/config/installation';
import { InjectConfig } from '../../../../kernel/config/inject-config';
import { guardedRequest, LateAnswer } from '../../../../kernel/network/ssrf-guarded-request';
import { urlFault } from '../../../../kernel/network/receiver-url';
import { rejectionReason } from '../../../../kernel/network/webhook-post';
import { addressRule } from '../../../../kernel/network/public-address';
import { Clock } from '../../../../kernel/time/clock';
import { SKILL_LIMITS } from '../../contract/skill-limits';
import { isGrantedHost } from '../../domain/granted-host';
import { CapabilityRefusal } from '../../sandbox/thread-host';
import { skillsConfig, type SkillsConfig } from '../../skills.config';
import { CallerAccess } from '../caller-access';
import type { CapabilityCall } from './capability-call';

const TIMEOUT_MS = 30_000;
const MAX_HEADERS = 64;

/** The connection headers, which code must not set. */
const OF_CONNECTION =
  /^(host|connection|content-length|transfer-encoding|upgrade|expect|te|trailer|keep-alive|proxy-.*)$/i;

const fetchOptions = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  headers: z
    .record(
      z
        .string()
        .max(256)
        .regex(/^[\w!#$%&'*+.^`|~-]+$/)
        .refine((name) => !OF_CONNECTION.test(name), 'must not be set'),
      z
        .string()
        .max(8_192)
        .regex(/^[\t\x20-\x7E\x80-\xFF]*$/),
    )
    .default({})
    .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, `at most ${MAX_HEADERS} headers`),
  body: z.string().optional(),
});

/** HTTP calls to granted hosts at public addresses that the tenant's egress policy allows. Redirects are returned, not followed. */
@Injectable()
export class HttpCapability {
  constructor(
    private readonly access: CallerAccess,
    private readonly clock: Clock,
    @InjectConfig(skillsConfig) private readonly config: SkillsConfig,
    private readonly installation: Installation,
  ) {}

  async fetch([url, options]: readonly unknown[], { frame, grants }: CapabilityCall): Promise<unknown> {
    const target = this.targetOf(url, grants.http);
    const parsed = fetchOptions.safeParse(options ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new CapabilityRefusal('invalid_request', `${issue?.path.join('.') ?? 'options'}: ${issue?.message ?? ''}`);
    }
    const { method, headers, body } = parsed.data;
    const mayBePrivate = this.config.SKILLS_PRIVATE_ADDRESSES;
    await this.access.assertMayFetch(frame, target, 'skills', mayBePrivate);
    const leftMs = frame.endsAtMs - this.clock.nowMs();
    const answer = await guardedRequest(target, {
      method,
      headers: { 'user-agent': 'CoreSDK-Skills/1', ...headers },
      ...(body === undefined ? {} : { body }),
      timeoutMs: Math.max(1, Math.min(TIMEOUT_MS, leftMs)),
      signal: frame.signal,
      limitBytes: SKILL_LIMITS.maxCallBytes,
      httpsOnly: !mayBePrivate,
      maxRedirects: 0,
      isAllowed: addressRule(mayBePrivate),
    }).catch((error: unknown) => {
      throw new CapabilityRefusal(error instanceof LateAnswer ? 'timeout' : 'failed', rejectionReason(error));
    });
    const shown = Object.entries(answer.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]);
    return { status: answer.status, headers: Object.fromEntries(shown) as object, body: answer.body.toString('utf8') };
  }

  private targetOf(text: unknown, hosts: readonly string[]): URL {
    const mayBePrivate = this.config.SKILLS_PRIVATE_ADDRESSES;
    const fault = urlFault(String(text), { mayBePrivate, mayBePlain: mayBePrivate && !this.installation.isProduction });
    if (fault !== null) throw new CapabilityRefusal(fault.code, fault.message);
    const url = new URL(String(text));
    if (isGrantedHost(url, hosts)) return url;
    throw new CapabilityRefusal('not_granted', `The skill is not allowed to call ${url.host}.`);
  }
}

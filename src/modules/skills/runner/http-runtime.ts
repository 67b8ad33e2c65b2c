import { Injectable } from '@nestjs/common';
import { Installation } from '../../../kernel/config/installation';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { AppError, outageOf } from '../../../kernel/errors/app-error';
import { type GuardedAnswer, guardedRequest, LateAnswer } from '../../../kernel/network/ssrf-guarded-request';
import { urlFault } from '../../../kernel/network/receiver-url';
import { rejectionReason } from '../../../kernel/network/webhook-post';
import { webhookHeaders } from '../../../kernel/network/webhook-signature';
import { addressRule } from '../../../kernel/network/public-address';
import { Clock } from '../../../kernel/time/clock';
import { JobFailure, JobUndecided } from '../../jobs/contract/job-runner';
import type { HttpDefinition } from '../contract/skill-definition.types';
import { SKILL_LIMITS } from '../contract/skill-limits';
import { jsonLevels } from '../domain/json-shape';
import { skillsConfig, type SkillsConfig } from '../skills.config';
import type { RunnableVersion } from '../storage/runnable.repository';
import { CallerAccess } from './caller-access';
import { leftMs, type SkillFrame } from './skill-frame';
import { SkillSecrets } from './skill-secrets';

/**
 * Calls an endpoint of the tenant in the same way as webhooks: the calls are signed, go only to public hosts, and do not follow redirects.
 */
@Injectable()
export class HttpRuntime {
  constructor(
    private readonly access: CallerAccess,
    private readonly secrets: SkillSecrets,
    private readonly clock: Clock,
    @InjectConfig(skillsConfig) private readonly config: SkillsConfig,
    private readonly installation: Installation,
  ) {}

  /**
   * Runs a version.
   * @param input JSON text, like the result. Errors: `JobFailure`.
   */
  async run(
    { name, version, hash, definition }: RunnableVersion & { readonly definition: HttpDefinition },
    input: string,
    frame: SkillFrame,
  ): Promise<string> {
    const mayBePrivate = this.config.SKILLS_PRIVATE_ADDRESSES;
    // The rules might have changed since the version was registered.
    const fault = urlFault(definition.url, {
      mayBePrivate,
      mayBePlain: mayBePrivate && !this.installation.isProduction,
    });
    if (fault !== null) throw new JobFailure('failed', fault.message, { mayRetry: false });
    await this.assertMayCall(frame, new URL(definition.url), name);
    const secrets = await this.secrets.of(frame.tenantId, name);
    const { runId, attempt } = frame;
    const head = JSON.stringify({ type: 'skill.run', skill: name, version, hash, runId, attempt });
    // Sends the original text of the input, because parsing and serializing it might change it.
    const body = `${head.slice(0, -1)},"input":${input}}`;
    const seconds = Math.floor(this.clock.nowMs() / 1_000);
    let answer: GuardedAnswer;
    try {
      answer = await guardedRequest(new URL(definition.url), {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json',
          'User-Agent': 'CoreSDK-Skills/1',
          ...webhookHeaders(secrets, { id: runId, seconds, body }),
        },
        body,
        timeoutMs: leftMs(frame, definition.timeoutSeconds, this.clock.nowMs()),
        signal: frame.signal,
        limitBytes: SKILL_LIMITS.maxValueBytes,
        httpsOnly: !mayBePrivate,
        maxRedirects: 0,
        isAllowed: addressRule(mayBePrivate),
      });
    } catch (error) {
      if (frame.signal.aborted) throw frame.signal.reason;
      if (error instanceof LateAnswer) {
        throw new JobFailure('timeout', `The endpoint did not respond within ${error.timeoutMs / 1_000} seconds.`);
      }
      throw new JobFailure('failed', rejectionReason(error));
    }
    return outputOf(answer);
  }

  /**
   * Throws unless the call is allowed. Errors: `JobFailure` when the egress policy denies it; `JobUndecided` when the policy is
   * unavailable.
   */
  private async assertMayCall(frame: SkillFrame, url: URL, name: string): Promise<void> {
    try {
      await this.access.assertMayFetch(frame, url, `skill/${name}`, this.config.SKILLS_PRIVATE_ADDRESSES);
    } catch (error) {
      if (outageOf(error) !== null) throw new JobUndecided(error);
      if (!(error instanceof AppError)) throw error;
      throw new JobFailure('failed', error.message, { mayRetry: false });
    }
  }
}

function outputOf({ status, body }: GuardedAnswer): string {
  if (status === 204) return 'null';
  if (status < 200 || status > 299) {
    // As with webhooks, a retry does not fix a client error.
    const mayRetry = status >= 500 || status === 408 || status === 425 || status === 429;
    throw new JobFailure('failed', `The endpoint responded with ${status}.`, { mayRetry });
  }
  const text = body.toString('utf8');
  try {
    JSON.parse(text);
  } catch {
    throw new JobFailure('failed', 'The endpoint responded with content that is not JSON.');
  }
  if (jsonLevels(text) > SKILL_LIMITS.maxValueLevels) {
    throw new JobFailure(
      'failed',
      `The endpoint responded with JSON of more than ${SKILL_LIMITS.maxValueLevels} levels.`,
    );
  }
  return text;
}

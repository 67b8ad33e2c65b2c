import { Injectable } from '@nestjs/common';
import { JobFailure } from '../../jobs/contract/job-runner';
import { AccessReview } from './builtins/access-review';
import { BuiltinAccess } from './builtins/builtin-access';
import { LicenseOptimization } from './builtins/license-optimization';
import type { SkillFrame } from './skill-frame';

/** Runs built-in skills for callers that are allowed to read the results. */
@Injectable()
export class BuiltinRuntime {
  constructor(
    private readonly access: BuiltinAccess,
    private readonly accessReview: AccessReview,
    private readonly licenseOptimization: LicenseOptimization,
  ) {}

  /** @param input JSON text that matches the skill's schema. @returns JSON text. Errors: `JobFailure`. */
  async run(name: string, input: string, frame: SkillFrame): Promise<string> {
    await this.access.assert(frame);
    const asked: unknown = JSON.parse(input);
    if (name === 'access-review') return JSON.stringify(await this.accessReview.run(asked, frame));
    if (name === 'license-optimisation') return JSON.stringify(await this.licenseOptimization.run(asked, frame));
    throw new JobFailure('input', `There is no built-in skill "${name}".`, { mayRetry: false });
  }
}

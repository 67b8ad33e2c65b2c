import { Injectable, Optional } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { ResolvedSecret, SecretPrincipal } from '../../secrets/contract/resolution.types';
import { SecretsPort } from '../../secrets/contract/secrets.port';
import { JobFailure, type JobSecret } from '../contract/job-runner';
import { JobsRepository } from '../storage/jobs.repository';
import { RunSecrets, type RunRef } from './run-ports';

/** The codes of temporary errors, which might not occur on a retry. */
const PASSING = new Set(['unavailable', 'deadline_exceeded', 'internal']);

/** Resolves the secrets of runs, to the extent that the submitter's grants allow when the job starts. */
@Injectable()
export class SecretsOfRuns extends RunSecrets {
  constructor(
    private readonly repository: JobsRepository,
    @Optional() private readonly secrets?: SecretsPort,
  ) {
    super();
  }

  async resolve({ tenantId, jobId, fence, request, context }: RunRef): Promise<readonly JobSecret[]> {
    const { secretRefs: refs, secretBundles: bundles } = request;
    if (refs.length + bundles.length === 0) return [];
    if (!this.secrets) throw new JobFailure('secrets', 'This worker cannot reach a sidecar to fetch the secrets.');
    const order = { refs, bundles, contextId: jobId };
    const resolution = await this.secrets.resolve(context, principalOf(context, request.userId), order).catch(refused);
    const [missing] = resolution.unresolved;
    if (missing !== undefined) {
      const mayRetry = PASSING.has(missing.code);
      throw new JobFailure('secrets', `Could not fetch the secret ${missing.name}: ${missing.message}`, { mayRetry });
    }
    await this.repository.noteSecrets(
      tenantId,
      jobId,
      fence,
      resolution.resolved.map(({ name }) => name),
    );
    return resolution.resolved.map(toSecret);
  }
}

/** Only the installation's own services can act for a user that they name. */
function principalOf({ actor, appId }: CallContext, userId: string): SecretPrincipal {
  const named = actor.type === 'service' && appId === null && userId !== '' ? userId : null;
  return {
    userId: actor.type === 'user' ? actor.id : named,
    clientId: actor.type === 'service' ? appId : null,
    groups: null,
    entityId: null,
  };
}

function toSecret({ name, value, ref }: ResolvedSecret): JobSecret {
  return { name, value, delivery: ref.delivery === 'file' ? 'file' : 'env' };
}

function refused(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  throw new JobFailure('secrets', error.message, { mayRetry: PASSING.has(error.code), cause: error });
}

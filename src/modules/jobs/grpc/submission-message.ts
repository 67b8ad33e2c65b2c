import { AppError } from '../../../kernel/errors/app-error';
import {
  Delivery,
  type Input,
  type SecretRef,
  type SubmitJobRequest,
} from '../../../kernel/grpc/generated/coresdk/v1/jobs';
import type { NewJob } from '../contract/job-request.types';
import { JOB_TYPES, type JobType } from '../contract/job.types';

/**
 * Converts a message to a job request. The wire format has one name for type and kind: `sync/users/import` is the `users/import` task, and
 * a name that does not begin with one of the four types is a container job.
 * Errors: `invalid_request` for a type without a name.
 */
export function newJobOf(request: SubmitJobRequest): NewJob {
  const { input, limits } = request;
  return {
    ...typeAndKind(request.kind),
    image: request.image,
    command: [...request.command],
    args: [...request.args],
    env: { ...request.env },
    files: filesOf(input),
    inputUri: uriOf(input),
    secretRefs: request.secretRefs.map(toSecretRef),
    secretBundles: [...request.secretBundles],
    ...(limits ? { limits: { ...limits } } : {}),
    timeoutSeconds: request.timeoutSeconds,
    // Published clients send only true values, so false and a missing value look the same.
    captureLogs: request.captureLogs,
    captureOutput: request.captureOutput,
    outputPrefix: request.outputPrefix,
    userId: request.userId,
  };
}

/** Returns the combined name for type and kind, which {@link newJobOf} parses. */
export function wireKind(type: JobType, kind: string): string {
  return type === 'container' ? kind : `${type}/${kind}`;
}

function typeAndKind(wire: string): { readonly type: JobType; readonly kind: string } {
  const [first = '', ...rest] = wire.split('/');
  const type = JOB_TYPES.find((known) => known === first);
  if (type === undefined || (type === 'container' && rest.length === 0)) return { type: 'container', kind: wire };
  const kind = rest.join('/');
  if (kind !== '') return { type, kind };
  throw new AppError('invalid_request', `kind does not name the ${type} to run. Write it as ${type}/name.`, {
    fields: [{ pointer: '/kind', code: 'invalid_kind', message: `must have a name after ${type}/` }],
  });
}

function filesOf(input: Input | null | undefined): NonNullable<NewJob['files']> {
  const files = Object.entries(input?.inline?.files ?? {});
  return Object.fromEntries(files.map(([path, content]) => [path, Uint8Array.from(content)]));
}

function uriOf(input: Input | null | undefined): string {
  return input?.inputS3Uri ?? '';
}

function toSecretRef({
  delivery,
  name,
  provider,
  path,
  version,
}: SecretRef): NonNullable<NewJob['secretRefs']>[number] {
  return { name, provider, path, version, delivery: deliveryWord(delivery) };
}

function deliveryWord(delivery: Delivery): '' | 'env' | 'file' {
  switch (delivery) {
    case Delivery.DELIVERY_UNSPECIFIED:
      return '';
    case Delivery.DELIVERY_ENV:
      return 'env';
    case Delivery.DELIVERY_FILE:
      return 'file';
    default:
      throw new AppError('invalid_request', 'delivery of a secret must be 1 (as a variable) or 2 (as a file).');
  }
}

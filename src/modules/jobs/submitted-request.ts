import { hash } from 'node:crypto';
import { isStorable } from '../../kernel/database/jsonb';
import { invalidInput } from '../../kernel/http/input/schema-pipe';
import { jobRequest, type JobRequest, type NewJob } from './contract/job-request.types';

/** Members that some types do not use. They are refused, not silently dropped. For a skill or workflow, `image` is its version. */
const OF_CONTAINERS = ['image', 'command', 'args'] as const;
const OF_VERSIONS: readonly string[] = ['image'];

/** Returns the request with all defaults filled in. Errors: `invalid_request` with the invalid members. */
export function checkedRequest(asked: NewJob): JobRequest {
  const { success, data, error } = jobRequest.safeParse(asked);
  if (!success) throw invalidInput(error.issues);
  if (!isStorable([data.input, data.env, data.command, data.args])) {
    const message = 'must not contain the character NUL or a lone surrogate';
    throw invalidInput([{ path: ['input'], message, code: 'invalid_character' }]);
  }
  if (data.type !== 'container') {
    const taken = data.type === 'sync' ? [] : OF_VERSIONS;
    const stray = OF_CONTAINERS.find((name) => data[name].length > 0 && !taken.includes(name));
    if (stray !== undefined) throw invalidInput([{ path: [stray], message: `is only for jobs of type container` }]);
  }
  return data;
}

/**
 * Returns the JSON that distinguishes requests with the same idempotency key. It contains the digests of files instead of their content.
 */
export function requestIdentity(request: JobRequest): object {
  const files = Object.entries(request.files).map(([path, bytes]) => [path, hash('sha256', bytes, 'base64url')]);
  return { ...request, files };
}

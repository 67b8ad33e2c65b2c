import type { NewJob } from '../../jobs/contract/job-request.types';
import type { JsonValue } from '../../jobs/contract/job.types';
import type { WorkflowDefinition } from '../contract/workflow-definition.types';
import { callsOf } from './calls';

/** The order of a `workflow` job, encoded as the job's image. */
export interface RunOrder {
  readonly workflowId: string;
  /** The version to run; `null` for the version that is the newest when the run begins. */
  readonly version: number | null;
  /** The run whose steps this job undoes; `null` for a job that runs a workflow. */
  readonly undoes: string | null;
}

const IMAGE = /^(wfl-[0-9a-z]{26})(?::([1-9]\d{0,9}))?(?:\/undo\/(job-[0-9a-z]{26}))?$/;

/** Formats an order as an image, such as `wfl-…:3`. */
function imageOf({ workflowId, version, undoes }: RunOrder): string {
  return `${workflowId}${version === null ? '' : `:${version}`}${undoes === null ? '' : `/undo/${undoes}`}`;
}

/** Parses an image; `null` for malformed text. */
export function parseImage(image: string): RunOrder | null {
  const [, workflowId, version, undoes] = IMAGE.exec(image) ?? [];
  if (workflowId === undefined) return null;
  return { workflowId, version: version === undefined ? null : Number(version), undoes: undoes ?? null };
}

/** Returns the job that runs a definition. A run continues after a platform fault, but a failure of the run itself is final. */
export function jobOf(definition: WorkflowDefinition, order: RunOrder, input: unknown): NewJob {
  return {
    type: 'workflow',
    kind: definition.name,
    image: imageOf(order),
    input: (input ?? null) as JsonValue,
    secretRefs: secretsOf(definition).map((name) => ({ name })),
    timeoutSeconds: definition.timeoutSeconds,
    retry: { maxAttempts: 5, firstDelaySeconds: 1, maxDelaySeconds: 60 },
  };
}

/** Returns the names of the secrets that sign the webhook calls of a definition. */
function secretsOf(definition: WorkflowDefinition): readonly string[] {
  const names = callsOf(definition).flatMap((call) =>
    call.type === 'webhook' && call.secret !== undefined ? [call.secret] : [],
  );
  return [...new Set(names)];
}

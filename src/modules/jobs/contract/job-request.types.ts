import { z } from 'zod';
import { bundleName, secretRef } from '../../secrets/contract/resolution.types';
import { JOB_LIMITS } from './job-limits';
import { JOB_TYPES, type JsonValue } from './job.types';

/** The prefix of environment variables that are reserved for the product. */
export const RESERVED_VARIABLE_PREFIX = 'CORESDK_';

const text = (maxChars: number) =>
  z
    .string()
    .max(maxChars)
    .regex(/^[^\0]*$/, 'must not contain the character NUL');

/** The job's name. Slashes separate its parts, as in `users/import`. */
export const jobKind = z
  .string()
  .max(JOB_LIMITS.maxKindChars)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/, 'letters, digits, ".", "_", "-" and "/"');

const variableName = z
  .string()
  .max(JOB_LIMITS.maxKindChars)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _')
  .refine((name) => !name.toUpperCase().startsWith(RESERVED_VARIABLE_PREFIX), {
    message: `names that begin with ${RESERVED_VARIABLE_PREFIX} are reserved`,
  });

/** The path of an input file: relative, and inside the job's directory. */
const inputPath = text(JOB_LIMITS.maxPathChars).refine(
  (path) => !path.includes('\\') && path.split('/').every((part) => !['', '.', '..'].includes(part)),
  { message: 'a relative path of slash-separated segments, none of them empty, "." or ".."' },
);

const prefix = z.union([z.literal(''), inputPath]);

const MILLI_CPU = /^(?:(\d{1,9})m|(\d{1,6}(?:\.\d{1,3})?))$/;
const MEMORY = /^(\d{1,15})(Ki|Mi|Gi|Ti|k|M|G|T)?$/;
const MEMORY_UNITS: Readonly<Record<string, number>> = {
  Ki: 1_024,
  Mi: 1_048_576,
  Gi: 1_073_741_824,
  Ti: 1_099_511_627_776,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** Thousandths of a processor in a Kubernetes quantity such as `100m` or `1.5`; `null` for any other string. */
export function cpuMillisOf(quantity: string): number | null {
  const found = MILLI_CPU.exec(quantity);
  if (found === null) return null;
  return found[1] === undefined ? Math.round(Number(found[2]) * 1_000) : Number(found[1]);
}

/** Bytes in a Kubernetes quantity such as `256Mi` or `1G`; `null` for any other string. */
export function memoryBytesOf(quantity: string): number | null {
  const found = MEMORY.exec(quantity);
  if (found === null) return null;
  return Number(found[1]) * (MEMORY_UNITS[found[2] ?? ''] ?? 1);
}

const within = (value: number | null, max: number): boolean => value !== null && value > 0 && value <= max;

/** A processor quantity; empty for the runner's default. */
const cpu = z.string().refine((quantity) => quantity === '' || within(cpuMillisOf(quantity), JOB_LIMITS.maxCpuMillis), {
  message: `a CPU quantity such as 100m or 1.5, at most ${JOB_LIMITS.maxCpuMillis / 1_000}`,
});
const memory = z
  .string()
  .refine((quantity) => quantity === '' || within(memoryBytesOf(quantity), JOB_LIMITS.maxMemoryBytes), {
    message: 'a memory quantity such as 256Mi or 1G, at most 512Gi',
  });

/** The resources that a job can use (wire contract, ResourceLimits). */
export const resourceLimits = z
  .strictObject({
    cpuRequest: cpu.default(''),
    cpuLimit: cpu.default(''),
    memoryRequest: memory.default(''),
    memoryLimit: memory.default(''),
    gpuCount: z.number().int().min(0).max(JOB_LIMITS.maxGpus).default(0),
  })
  .refine(
    isOrdered(({ cpuRequest, cpuLimit }) => [cpuMillisOf(cpuRequest), cpuMillisOf(cpuLimit)]),
    {
      path: ['cpuRequest'],
      message: 'must not exceed cpuLimit',
    },
  )
  .refine(
    isOrdered(({ memoryRequest, memoryLimit }) => [memoryBytesOf(memoryRequest), memoryBytesOf(memoryLimit)]),
    {
      path: ['memoryRequest'],
      message: 'must not exceed memoryLimit',
    },
  )
  .meta({ id: 'JobResourceLimits' });

interface Quantities {
  readonly cpuRequest: string;
  readonly cpuLimit: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
}

function isOrdered(pair: (limits: Quantities) => readonly [number | null, number | null]) {
  return (limits: Quantities): boolean => {
    const [request, limit] = pair(limits);
    return request === null || limit === null || request <= limit;
  };
}

/** The number and timing of a failed job's retries. Each delay is `factor` times the previous one, minus a random part. */
export const retryPolicy = z
  .strictObject({
    maxAttempts: z.number().int().min(1).max(JOB_LIMITS.maxAttempts).default(1).meta({
      description:
        'The maximum number of times that the job’s code starts. A run whose worker is lost counts, because it might have had effects.',
    }),
    firstDelaySeconds: z.number().min(0).max(JOB_LIMITS.maxRetryDelaySeconds).default(5),
    maxDelaySeconds: z.number().min(0).max(JOB_LIMITS.maxRetryDelaySeconds).default(600),
    factor: z.number().min(1).max(10).default(2),
  })
  .meta({ id: 'JobRetry' });

const jsonInput = z.custom<JsonValue>((value) => value !== undefined).default(null);

/** A job to run. All fields except `type` and `kind` are optional. */
export const jobRequest = z
  .strictObject({
    type: z.enum(JOB_TYPES),
    kind: jobKind,
    image: text(JOB_LIMITS.maxImageChars)
      .regex(/^$|^[A-Za-z0-9][\w.\-/:@]*$/, 'an image reference')
      .default(''),
    command: z.array(text(JOB_LIMITS.maxArgumentChars)).max(JOB_LIMITS.maxArguments).default([]),
    args: z.array(text(JOB_LIMITS.maxArgumentChars)).max(JOB_LIMITS.maxArguments).default([]),
    env: z.record(variableName, text(JOB_LIMITS.maxVariableChars)).default({}),
    /** JSON input for the code, at most `JOB_LIMITS.maxInputBytes`. */
    input: jsonInput,
    /** File contents by relative path, at most `JOB_LIMITS.maxInputBytes` in total. */
    files: z.record(inputPath, z.instanceof(Uint8Array)).default({}),
    /** The location of existing input in object storage, such as `s3://bucket/prefix`; empty if there is no such input. */
    inputUri: text(JOB_LIMITS.maxUriChars)
      .regex(/^$|^s3:\/\/[^/]+\/.+$/, 's3:// with a bucket and a prefix')
      .default(''),
    secretRefs: z.array(secretRef).max(JOB_LIMITS.maxSecretRefs).default([]),
    secretBundles: z.array(bundleName).max(JOB_LIMITS.maxSecretBundles).default([]),
    limits: resourceLimits.prefault({}),
    /** 0 for the installation's default. */
    timeoutSeconds: z.number().int().min(0).max(JOB_LIMITS.maxTimeoutSeconds).default(0),
    captureLogs: z.boolean().default(true),
    captureOutput: z.boolean().default(true),
    /** A prefix inside the tenant's area; empty for the job's default prefix. */
    outputPrefix: prefix.default(''),
    userId: text(256).default(''),
    priority: z.number().int().min(0).max(9).default(5),
    /** The delay in seconds before the job can start. */
    delaySeconds: z.number().min(0).max(JOB_LIMITS.maxDelaySeconds).default(0),
    retry: retryPolicy.prefault({}),
  })
  .refine(({ input }) => bytesOf(input) <= JOB_LIMITS.maxInputBytes, {
    path: ['input'],
    message: `at most ${JOB_LIMITS.maxInputBytes} bytes of JSON`,
  })
  .refine(({ files }) => Object.keys(files).length <= JOB_LIMITS.maxInputFiles, {
    path: ['files'],
    message: `at most ${JOB_LIMITS.maxInputFiles} files`,
  })
  .refine(({ files }) => sum(Object.values(files).map(({ length }) => length)) <= JOB_LIMITS.maxInputBytes, {
    path: ['files'],
    message: `at most ${JOB_LIMITS.maxInputBytes} bytes in total; put larger inputs in object storage and set inputUri`,
  })
  .refine(({ env }) => Object.keys(env).length <= JOB_LIMITS.maxVariables, {
    path: ['env'],
    message: `at most ${JOB_LIMITS.maxVariables} variables`,
  })
  .refine(({ command, args, env }) => bytesOf([command, args, env]) <= JOB_LIMITS.maxCommandBytes, {
    path: ['env'],
    message: `at most ${JOB_LIMITS.maxCommandBytes} bytes for command, arguments and environment together`,
  });

/** A request with all defaults filled in. */
export type JobRequest = Readonly<z.infer<typeof jobRequest>>;
/** A request as the caller sends it. */
export type NewJob = Readonly<z.input<typeof jobRequest>>;
export type ResourceLimits = JobRequest['limits'];
export type RetryPolicy = JobRequest['retry'];

/** The size of a value as JSON, in bytes; infinite for values that JSON cannot represent. */
function bytesOf(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '');
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

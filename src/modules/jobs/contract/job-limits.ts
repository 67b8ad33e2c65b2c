/** The limits of a tenant's jobs. Numbers without a unit in their name are counts. */
export const JOB_LIMITS = {
  maxKindChars: 128,
  maxImageChars: 512,
  /** The number of arguments, including the command. */
  maxArguments: 256,
  maxArgumentChars: 4_096,
  maxVariables: 256,
  maxVariableChars: 32_768,
  /** The total size of command, arguments and environment. */
  maxCommandBytes: 262_144,
  /** The size of the input as JSON, and the total size of all inline files. */
  maxInputBytes: 1_048_576,
  maxInputFiles: 1_000,
  maxPathChars: 512,
  maxUriChars: 1_024,
  maxSecretRefs: 100,
  maxSecretBundles: 50,
  maxTimeoutSeconds: 7 * 86_400,
  maxDelaySeconds: 365 * 86_400,
  maxAttempts: 20,
  maxRetryDelaySeconds: 86_400,
  maxCpuMillis: 64_000,
  maxMemoryBytes: 512 * 1_073_741_824,
  maxGpus: 16,
  /** The size of a job's result as JSON, and of one durable step's result. */
  maxResultBytes: 1_048_576,
  maxDetailBytes: 65_536,
  maxStageChars: 256,
  maxErrorChars: 4_096,
  maxReasonChars: 1_024,
  /** The number of progress events of one job. Later progress updates the job without an event. */
  maxProgressEvents: 10_000,
  /** The number of durable steps of one job. */
  maxSteps: 10_000,
  maxStepNameChars: 256,
  /** The depth of nested jobs, each submitted by its parent. */
  maxDepth: 10,
  maxLogLineBytes: 16_384,
  logChunkBytes: 65_536,
  maxLogBytes: 1_073_741_824,
  /** `GetJobOutput` returns all files in one message, and gRPC clients accept messages up to 4 MiB. */
  maxOutputFiles: 2_000,
  /** The longest lifetime of signed file URLs. Revocations of the signer's token are not remembered for longer. */
  maxPresignSeconds: 86_400,
  defaultPresignSeconds: 900,
  maxSchedulesPerTenant: 500,
} as const;

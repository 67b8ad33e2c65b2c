/** The limits of jobs of a tenant. Numbers without a unit in their name are counts. */
export const JOB_LIMITS = {
  maxKindChars: 128,
  maxImageChars: 512,
  /** Of command and of arguments. */
  maxArguments: 256,
  maxArgumentChars: 4_096,
  maxVariables: 256,
  maxVariableChars: 32_768,
  /** Of command, arguments and environment together. */
  maxCommandBytes: 262_144,
  /** Of the input as JSON, and of all inline files together. */
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
  /** Of the result of a job as JSON, and of the result of one durable step. */
  maxResultBytes: 1_048_576,
  maxDetailBytes: 65_536,
  maxStageChars: 256,
  maxErrorChars: 4_096,
  maxReasonChars: 1_024,
  /** Progress events of one job. Later progress changes the job without an event. */
  maxProgressEvents: 10_000,
  /** Durable steps of one job. */
  maxSteps: 10_000,
  maxStepNameChars: 256,
  /** Jobs above one another, each submitted by the one above. */
  maxDepth: 10,
  maxLogLineBytes: 16_384,
  logChunkBytes: 65_536,
  maxLogBytes: 1_073_741_824,
  /** `GetJobOutput` tells of all in one message, of which gRPC clients take 4 MiB. */
  maxOutputFiles: 2_000,
  /** The limit of signed URLs of files: the revocation of the signer's token is not remembered for longer. */
  maxPresignSeconds: 86_400,
  defaultPresignSeconds: 900,
  maxSchedulesPerTenant: 500,
} as const;

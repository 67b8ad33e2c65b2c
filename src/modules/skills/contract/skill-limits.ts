/** The limits of a tenant's skills, and of one run of a skill. */
export const SKILL_LIMITS = {
  maxSkills: 500,
  /** The number of versions of one skill. Beyond this number, older versions without an alias are deleted. */
  maxVersions: 200,
  maxAliases: 20,
  /** The total size of all modules of a version, in UTF-16 units. */
  maxSourceChars: 512 * 1024,
  maxModules: 50,
  /** The maximum size of one schema as JSON text, and its maximum nesting. */
  maxSchemaChars: 64 * 1024,
  maxSchemaLevels: 32,
  maxGrantedNames: 50,
  /** The maximum wall-clock time of a run. A version can set a lower limit. */
  maxTimeoutSeconds: 900,
  defaultTimeoutSeconds: 60,
  /** The maximum CPU time of a run. */
  maxCpuSeconds: 60,
  defaultCpuSeconds: 10,
  /** The maximum time that a call waits for the result before it returns the job. */
  maxWaitSeconds: 60,
  /** The maximum size and nesting of the input and the output as JSON. */
  maxValueBytes: 1_048_576,
  maxValueLevels: 100,
  /** The limits on capability calls that code makes. */
  maxCalls: 1_000,
  maxCallsAtOnce: 20,
  maxCallBytes: 1_048_576,
  maxNesting: 5,
  maxLogBytes: 1_048_576,
  /** The maximum number of log lines of a run, and the maximum length of a line in UTF-16 units. */
  maxLogLines: 10_000,
  maxLogLineChars: 16_384,
  /** The maximum size of progress details as JSON, in UTF-16 units: for one report, and for all reports of a run. */
  maxProgressChars: 65_536,
  maxProgressBytes: 1_048_576,
  maxErrorChars: 4_096,
  maxTimers: 1_000,
  /** The maximum number of seconds for which the previous secret stays valid after a rotation. */
  maxOverlapSeconds: 7 * 86_400,
} as const;

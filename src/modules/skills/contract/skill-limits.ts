/** The limits of a tenant's skills, and of one run of a skill. */
export const SKILL_LIMITS = {
  maxSkills: 500,
  /** Versions of one skill; beyond that, older versions without an alias are deleted. */
  maxVersions: 200,
  maxAliases: 20,
  /** All modules of a version together, in UTF-16 units. */
  maxSourceChars: 512 * 1024,
  maxModules: 50,
  /** The size of one schema as JSON text, and its maximum nesting. */
  maxSchemaChars: 64 * 1024,
  maxSchemaLevels: 32,
  maxGrantedNames: 50,
  /** Wall clock of a run; a version may ask for less. */
  maxTimeoutSeconds: 900,
  defaultTimeoutSeconds: 60,
  /** Processor time of a run. */
  maxCpuSeconds: 60,
  defaultCpuSeconds: 10,
  /** How long a call waits for its result before it is answered with the job. */
  maxWaitSeconds: 60,
  /** Input and output as JSON. */
  maxValueBytes: 1_048_576,
  maxValueLevels: 100,
  /** The use of capabilities by code. */
  maxCalls: 1_000,
  maxCallsAtOnce: 20,
  maxCallBytes: 1_048_576,
  maxNesting: 5,
  maxLogBytes: 1_048_576,
  /** Lines of the log of a run, and UTF-16 units of a line. */
  maxLogLines: 10_000,
  maxLogLineChars: 16_384,
  /** Details of progress as JSON, in UTF-16 units: of one report, and of all reports of a run. */
  maxProgressChars: 65_536,
  maxProgressBytes: 1_048_576,
  maxErrorChars: 4_096,
  maxTimers: 1_000,
  /** Seconds for which the previous secret stays valid after a rotation, at most. */
  maxOverlapSeconds: 7 * 86_400,
} as const;

/** Most of everything that a tenant can make a skill of, and of what a skill may do in one run. */
export const SKILL_LIMITS = {
  maxSkills: 500,
  /** Versions of one skill; older ones that no alias names are dropped beyond it. */
  maxVersions: 200,
  maxAliases: 20,
  /** All modules of a version together, in UTF-16 units. */
  maxSourceChars: 512 * 1024,
  maxModules: 50,
  /** Of one schema as JSON text, and how deep it may be nested. */
  maxSchemaChars: 64 * 1024,
  maxSchemaLevels: 32,
  maxGrantedNames: 50,
  /** Wall clock of a run; a version may ask for less. */
  maxTimeoutSeconds: 900,
  defaultTimeoutSeconds: 60,
  /** Processor time of a run. */
  maxCpuSeconds: 60,
  defaultCpuSeconds: 10,
  /** For how long a call waits for its result before it is answered with the job. */
  maxWaitSeconds: 60,
  /** Input and output as JSON. */
  maxValueBytes: 1_048_576,
  maxValueLevels: 100,
  /** What code may do with its capabilities. */
  maxCalls: 1_000,
  maxCallsAtOnce: 20,
  maxCallBytes: 1_048_576,
  maxNesting: 5,
  maxLogBytes: 1_048_576,
  /** Lines of the log of a run; a line has at most so many UTF-16 units. */
  maxLogLines: 10_000,
  maxLogLineChars: 16_384,
  /** Details of progress as JSON: of one, in UTF-16 units, and of all that a run reports. */
  maxProgressChars: 65_536,
  maxProgressBytes: 1_048_576,
  maxErrorChars: 4_096,
  maxTimers: 1_000,
  /** Seconds for which the secret before a rotation still counts, at most. */
  maxOverlapSeconds: 7 * 86_400,
} as const;

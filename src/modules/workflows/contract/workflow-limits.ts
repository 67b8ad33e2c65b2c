/** Most of everything that a tenant can make a workflow of. */
export const WORKFLOW_LIMITS = {
  maxWorkflows: 500,
  maxSteps: 200,
  /** Versions of one workflow; older ones are dropped, unless a run may still need them. */
  maxVersions: 200,
  /** Of a definition as JSON, and how deep it may be nested. */
  maxDefinitionBytes: 262_144,
  maxLevels: 32,
  /** Of one text with templates. */
  maxTemplateChars: 16_384,
  /** Of one expression, and how deep its brackets may be nested. */
  maxExpressionChars: 2_048,
  maxExpressionLevels: 20,
  /** Of what templates make, of what a step gives, and of the input of a run, each as JSON. */
  maxValueBytes: 262_144,
  /** Of what a webhook answers. */
  maxAnswerBytes: 262_144,
  maxWaitSeconds: 365 * 86_400,
  maxStepSeconds: 86_400,
  maxStepAttempts: 20,
  maxCases: 50,
  /** Time between two ticks of a schedule. */
  minScheduleSeconds: 60,
  maxSubjectChars: 300,
  /** Signed calls from outside: how many a minute of one workflow, how long their ids, and how far their clocks may be off. */
  maxHookCallsPerMinute: 600,
  maxHookIdChars: 256,
  hookToleranceSeconds: 300,
  /** Seconds for which the secret before a rotation still counts, at most. */
  maxOverlapSeconds: 7 * 86_400,
} as const;

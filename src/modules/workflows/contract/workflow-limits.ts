/** The limits of workflows. */
export const WORKFLOW_LIMITS = {
  maxWorkflows: 500,
  maxSteps: 200,
  /** The number of versions of one workflow that are kept. Older versions are deleted unless a run might still need them. */
  maxVersions: 200,
  /** The maximum size of a definition as JSON, and its maximum nesting. */
  maxDefinitionBytes: 262_144,
  maxLevels: 32,
  /** The maximum length of one string with templates. */
  maxTemplateChars: 16_384,
  /** The maximum length of one expression, and the maximum nesting of its parentheses. */
  maxExpressionChars: 2_048,
  maxExpressionLevels: 20,
  /** The maximum size, as JSON, of a rendered value, of a step's output, and of a run's input. */
  maxValueBytes: 262_144,
  /** The maximum size of a webhook's response. */
  maxAnswerBytes: 262_144,
  maxWaitSeconds: 365 * 86_400,
  maxStepSeconds: 86_400,
  maxStepAttempts: 20,
  maxCases: 50,
  /** The minimum time between two ticks of a schedule. */
  minScheduleSeconds: 60,
  maxSubjectChars: 300,
  /** Limits of incoming webhook calls: calls per minute for one workflow, length of the id, and clock skew. */
  maxHookCallsPerMinute: 600,
  maxHookIdChars: 256,
  hookToleranceSeconds: 300,
  /** The maximum number of seconds for which the previous secret stays valid after a rotation. */
  maxOverlapSeconds: 7 * 86_400,
} as const;

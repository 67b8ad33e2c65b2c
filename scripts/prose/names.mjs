/** Names that the glossary replaced, each with the name to use. They must match an entire identifier. */
const REPLACED = new Map(
  Object.entries({
    Over: 'CallerSignal',
    overOf: 'abortOnClose',
    Knock: 'LoginAttempt',
    Thinned: 'LogSampler',
    Bell: 'Notifier',
    JobBells: 'JobNotifications',
    Patient: 'DoctorContext',
    meetPatient: 'loadContext',
    Trail: 'AuditRecorder',
    OutageTrail: 'OutageMetrics',
    CallerStanding: 'TokenRevalidator',
    EntryStanding: 'RateLimitState',
    CheckStanding: 'GrantValidator',
    SubmitterStanding: 'SubmitterAuthorizer',
    lend: 'withoutLifecycle',
    RememberedYes: 'AllowCache',
    plainYes: 'ALLOWED',
    isBearable: 'isWithinStaleness',
    HeldRuns: 'ActiveRuns',
    Living: 'FailureDetector',
    surely: 'writeWithRetry',
    RunTelling: 'RunReporter',
    RunWalk: 'WorkflowExecutor',
    something: 'waitForProgress',
    inWords: 'toJobFailure',
    Repeated: 'IntervalTask',
    Turns: 'Lease',
    TurnWorker: 'LeaseWorker',
    AbsentMailer: 'NoopMailer',
    keepHouse: 'runMaintenance',
    afresh: 'reset',
    anew: 'restart',
    sweeper: '…CleanupTask',
    pruner: '…CleanupTask',
    keeper: '…CleanupTask',
  }),
);

/** Name endings that the glossary replaced. */
const REPLACED_ENDS = [
  [/[a-z]Holders?$/, '…Cache'],
  [/[a-z](?:Sweeper|Pruner|Keeper)s?$/, '…CleanupTask'],
];

/** Returns the replacement for a declared name, or undefined if the name can stay. */
export const replacementOf = (name) => REPLACED.get(name) ?? REPLACED_ENDS.find(([end]) => end.test(name))?.[1];

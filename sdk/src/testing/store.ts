import type { File, Job, JobEvent, NewAuditEvent } from '../generated/schemas.js';

/** A stand-in for a skill: receives its input and returns its output. */
export type SkillStandIn = (input: unknown) => unknown;

/** The data of the test double. */
export class MemoryStore {
  readonly tokens = new Map<string, Readonly<Record<string, unknown>>>();
  readonly secrets = new Map<string, string>();
  readonly flags = new Map<string, unknown>();
  readonly skills = new Map<string, SkillStandIn>();
  readonly jobs = new Map<string, { readonly job: Job; readonly events: readonly JobEvent[] }>();
  readonly files = new Map<string, { readonly file: File; readonly bytes: Uint8Array<ArrayBuffer> }>();
  readonly auditEvents: NewAuditEvent[] = [];
  private made = 0;

  newId(prefix: string): string {
    this.made += 1;
    return `${prefix}-memory${this.made}`;
  }
}

/** Runs the stand-in for a skill immediately, and stores the finished job. */
export async function runSkill(store: MemoryStore, name: string, input: unknown): Promise<Job> {
  const outcome = await outcomeOf(store.skills.get(name), input);
  const isGood = 'output' in outcome;
  const at = new Date().toISOString();
  const id = store.newId('job');
  const job: Job = {
    ...{ id, type: 'skill', kind: name, input, stage: '', image: '', exitCode: null, priority: 5 },
    ...{ progress: isGood ? 100 : 0, attempt: 1, maxAttempts: 1, timeoutSeconds: 60 },
    status: isGood ? 'completed' : 'failed',
    state: isGood ? 'succeeded' : 'failed',
    output: isGood ? outcome.output : null,
    error: isGood ? null : outcome.error,
    ...{ runAt: at, createdAt: at, startedAt: at, completedAt: at },
  } as Job;
  const types = ['created', 'started', job.state] as readonly JobEvent['type'][];
  const events = types.map((type, index) => ({ jobId: id, seq: index + 1, type, at }));
  store.jobs.set(id, { job, events });
  return job;
}

type Outcome = { readonly output: unknown } | { readonly error: Job['error'] };

async function outcomeOf(standIn: SkillStandIn | undefined, input: unknown): Promise<Outcome> {
  try {
    return { output: await standIn?.(input) };
  } catch (fault) {
    const message = fault instanceof Error ? fault.message : String(fault);
    return { error: { code: 'failed', message } };
  }
}

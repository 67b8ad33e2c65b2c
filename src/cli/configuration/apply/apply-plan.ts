import { hash } from 'node:crypto';
import { Refusal, Unreachable } from '../../api/refusal';
import { CommandFault } from '../../command';
import { inParallel } from '../in-parallel';
import type { FoundObject, Kind, Members } from '../kinds/kind';
import { kindOf } from '../kinds/kinds';
import { TENANTS, tenantKind } from '../kinds/tenant-kind';
import { type Mark, type MarkedObject, markObjects, readMarks, releaseObjects } from '../marks';
import { type Change, nameOf, type Plan } from '../plan/plan';
import { markKey } from '../plan/read-tenant';
import type { TenantApi } from '../tenant-api';

const TENANTS_AT_ONCE = 4;
const OBJECTS_AT_ONCE = 4;
const PRECONDITION_FAILED = 412;

/** The parts of an application that its caller provides. */
export interface Application {
  /** Returns the API of a tenant; the same object for the same tenant. */
  readonly apiOf: (tenant: string) => TenantApi;
  /** Stores secrets that the platform made. */
  readonly keep: (change: Change, secrets: Members) => Promise<void>;
  /** Called after each change. */
  readonly done: (change: Change) => void;
}

/** A change that did not succeed. */
export interface FailedChange {
  readonly change: Change;
  readonly reason: string;
}

/** The outcome of an application. All other changes were not tried. */
export interface Outcome {
  readonly done: readonly Change[];
  readonly failed: readonly FailedChange[];
}

/**
 * Makes the changes of a plan: several tenants at a time, and within a tenant in the order of dependencies, deletions last. A tenant stops
 * after a change that fails; the others go on, unless the platform cannot be reached. Applying the configuration again makes the rest.
 *
 * Objects are marked as managed before they are created and completed after it, so that a creation that was interrupted is recognized.
 */
export async function applyPlan({ name, changes }: Plan, application: Application): Promise<Outcome> {
  const run = new Run(name, application);
  const tenants = [...Map.groupBy(changes, ({ tenant }) => tenant)];
  await inParallel(tenants, TENANTS_AT_ONCE, ([tenant, own]) => run.tenant(application.apiOf(tenant), own));
  return run;
}

class Run implements Outcome {
  readonly done: Change[] = [];
  readonly failed: FailedChange[] = [];
  private isCutOff = false;

  constructor(
    private readonly name: string,
    private readonly application: Application,
  ) {}

  async tenant(api: TenantApi, changes: readonly Change[]): Promise<void> {
    const ofTenant = changes.filter(({ section }) => section === TENANTS);
    const [creation] = ofTenant.filter(({ action }) => action === 'create');
    // The marks of a tenant's objects belong to the tenant, so it comes first.
    const created = creation === undefined ? null : await this.change(api, creation, new Map());
    if (created === false) return;
    const made: MarkedObject[] = created === null ? [] : [{ kind: TENANTS, key: api.slug, objectId: created }];
    const creations = changes.filter(({ action, section }) => action === 'create' && section !== TENANTS);
    try {
      // Other objects name apps, which are known by their client IDs when the apps are read.
      if (creation === undefined) await kindOf('apps').read(api);
      const marks = await this.begin(api, creations);
      for (const step of stepsOf(changes.filter((change) => change !== creation))) {
        const results = await inParallel(step, OBJECTS_AT_ONCE, async (change) => {
          const id = await this.change(api, change, marks);
          if (id !== false && (change.action === 'create' || change.action === 'adopt'))
            made.push({ kind: change.section, key: change.key, objectId: id });
          return id !== false;
        });
        if (results.includes(false)) break;
      }
    } catch (error) {
      this.fail(creations[0] ?? changes[0], error);
    }
    await this.end(api, made, changes);
  }

  /** Marks the objects that are about to be created. @returns the marks before, which show interrupted creations. */
  private async begin(api: TenantApi, creations: readonly Change[]): Promise<ReadonlyMap<string, Mark>> {
    if (creations.length === 0) return new Map();
    const before = new Map((await readMarks(api)).map((mark) => [markKey(mark.kind, mark.key), mark]));
    const fresh = creations.filter(({ section, key }) => before.get(markKey(section, key))?.objectId !== null);
    const marked = fresh.map(({ section, key }) => ({ kind: section, key, objectId: null }));
    await markObjects(api, this.name, api.changeSet, marked);
    return before;
  }

  private async end(api: TenantApi, made: readonly MarkedObject[], changes: readonly Change[]): Promise<void> {
    if (this.isCutOff) return;
    const deleted = this.done.filter((change) => change.action === 'delete' && changes.includes(change));
    const gone = deleted.filter(({ section }) => section !== TENANTS);
    try {
      await markObjects(api, this.name, api.changeSet, made);
      await releaseObjects(
        api,
        this.name,
        gone.map(({ section, key }) => ({ kind: section, key })),
      );
    } catch (error) {
      this.fail(changes[0], error);
    }
  }

  /** Makes one change. @returns the identity of the object, or false if the change failed or was not tried. */
  private async change(api: TenantApi, change: Change, marks: ReadonlyMap<string, Mark>): Promise<string | false> {
    if (this.isCutOff) return false;
    try {
      const id = await this.made(api, change, marks);
      this.done.push(change);
      this.application.done(change);
      return id;
    } catch (error) {
      this.fail(change, error);
      return false;
    }
  }

  private async made(api: TenantApi, change: Change, marks: ReadonlyMap<string, Mark>): Promise<string> {
    const { action, section, key, id, tag, members } = change;
    const kind = section === TENANTS ? tenantKind : kindOf(section);
    if (action === 'create') {
      const mark = marks.get(markKey(section, key));
      if (mark === undefined) await assertNew(kind, api, key);
      const changeSet = mark?.objectId === null ? mark.changeSet : api.changeSet;
      const { id: madeId, secrets } = await kind.create(api, key, members, attemptOf(changeSet, change));
      if (Object.keys(secrets).length > 0) await this.application.keep(change, secrets);
      const { client_secret: clientSecret } = secrets;
      if (section === 'apps' && typeof clientSecret === 'string') api.clientSecrets.set(key, clientSecret);
      return madeId;
    }
    if (action === 'adopt') return id ?? '';
    const found = await currentOf(kind, api, change);
    const planned = { ...found, id: id ?? found.id, tag };
    if (action === 'update') await kind.update(api, planned, members);
    else await kind.remove?.(api, planned);
    return planned.id;
  }

  private fail(change: Change | undefined, error: unknown): void {
    // Other errors come from this machine, such as a full disk. The run stops, and its report lists the completed changes.
    if (!CommandFault.is(error) || error instanceof Unreachable) this.isCutOff = true;
    if (change === undefined) return;
    const hasMoved = error instanceof Refusal && error.status === PRECONDITION_FAILED;
    const message = error instanceof Error ? error.message : String(error);
    this.failed.push({
      change,
      reason: hasMoved ? 'someone else changed it in the meantime; make a new plan' : message,
    });
  }
}

/** Returns the object that a change was planned for. Errors: `CommandFault` if it does not exist any more. */
async function currentOf(kind: Kind, api: TenantApi, change: Change): Promise<FoundObject> {
  const { key, id } = change;
  const planned = { key, id: id ?? '', members: {}, tag: null };
  const found = kind.refresh ? await kind.refresh(api, planned) : (await kind.read(api)).find((one) => one.key === key);
  if (found?.id !== id || found === null) {
    throw new CommandFault(`${nameOf(change)} does not exist any more; make a new plan.`);
  }
  return found;
}

/**
 * Errors: `CommandFault` if an object of the public surface exists that the plan could not see, because this run created the app of the
 * credentials.
 */
async function assertNew(kind: Kind, api: TenantApi, key: string): Promise<void> {
  if (kind.surface !== 'backend' || api.clientSecrets.size === 0) return;
  if (!(await kind.read(api)).some((one) => one.key === key)) return;
  throw new CommandFault('It exists already, but the plan could not see it. Make a new plan.');
}

/** Returns the steps of a tenant's changes, each of which depends on those before. */
function stepsOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const orderOf = ({ section, action }: Change): number => {
    const { order } = section === TENANTS ? tenantKind : kindOf(section);
    return action === 'delete' ? 1_000 - order : order;
  };
  const steps = Map.groupBy(changes, orderOf);
  return [...steps.keys()].sort((one, other) => one - other).map((order) => steps.get(order) ?? []);
}

/** Returns the `Idempotency-Key` of a creation, which is the same for every attempt within a change set. */
function attemptOf(changeSet: string | null, { tenant, section, key }: Change): string {
  return hash('sha256', JSON.stringify([changeSet, tenant, section, key]), 'hex');
}

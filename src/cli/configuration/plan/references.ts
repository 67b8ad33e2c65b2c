import type { DesiredObject } from '../document/load-configuration';
import { type Fault, pointerOf } from '../document/fault';
import type { Reference } from '../kinds/kind';
import { markKey, type TenantState } from './read-tenant';

/** Returns the references of a tenant's objects to objects that do not exist, and the objects that refer to themselves in a circle. */
export function referenceFaults({ sections }: TenantState, desired: readonly DesiredObject[]): readonly Fault[] {
  const objects = new Map(desired.map((one) => [markKey(one.kind.section, one.key), one]));
  const exists = ({ section, key }: Reference): boolean =>
    objects.has(markKey(section, key)) || sections.get(section)?.has(key) === true;
  const dangling = desired.flatMap((one) =>
    referencesOf(one)
      .filter((reference) => !exists(reference))
      .map((reference) => danglingFault(one, reference)),
  );
  return [...dangling, ...circles(objects)];
}

function referencesOf({ kind, members }: DesiredObject): readonly Reference[] {
  return kind.references?.(members) ?? [];
}

function danglingFault({ placeOf, pointer }: DesiredObject, { path, section, key }: Reference): Fault {
  const message = `refers to "${key}", which neither the configuration nor the tenant has in ${section}`;
  return { place: placeOf(path), pointer: pointer + pointerOf(path), message };
}

/** Returns one fault for each circle of references. */
function circles(objects: ReadonlyMap<string, DesiredObject>): readonly Fault[] {
  const faults: Fault[] = [];
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    const object = objects.get(id);
    if (object === undefined || done.has(id)) return;
    const start = trail.indexOf(id);
    if (start >= 0) {
      done.add(id);
      const names = [...trail.slice(start), id].map((one) => objects.get(one)?.key ?? '').join(' → ');
      faults.push({ place: object.placeOf([]), pointer: object.pointer, message: `refers to itself: ${names}` });
      return;
    }
    for (const { section, key } of referencesOf(object)) visit(markKey(section, key), [...trail, id]);
    done.add(id);
  };
  for (const id of objects.keys()) visit(id, []);
  return faults;
}

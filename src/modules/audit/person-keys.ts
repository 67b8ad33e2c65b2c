import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { newId } from '../../kernel/ids/ids';
import { maxEntries } from '../../kernel/memory/max-entries';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { PERSONS_TOPIC, PersonsRepository, type SealedPerson } from './storage/persons.repository';

/** The cached key of a person. */
export interface PersonKey {
  /** `psn-…`, the name of the person in records. */
  readonly name: string;
  readonly key: KeyObject;
}

const KEY_BYTES = 32;
/** Maximum number of cached keys, about 400 bytes each. */
const MAX_HELD = 50_000;

/**
 * Manages the keys of people in the log, each sealed with the tenant's data key. A key is created with a person's first event. After the
 * key's row is deleted, the fields that the key sealed cannot be opened. This erases the person, while every proof stays valid.
 */
@Injectable()
export class PersonKeys implements ChangeSubscriber {
  readonly topics = [PERSONS_TOPIC];
  /** Cached keys by tenant and id. */
  private readonly held = new LRUCache<string, PersonKey>(maxEntries(MAX_HELD));
  /** Counts erasures, so that keys read before an erasure are not cached after it. */
  private changes = 0;

  constructor(
    private readonly repository: PersonsRepository,
    private readonly tenantKeys: TenantKeys,
    feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  /** Returns the keys of these people by id. Creates missing keys. Errors: `unavailable`. */
  async obtain(tenantId: string, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, PersonKey>> {
    const found = new Map<string, PersonKey>();
    const missing: string[] = [];
    for (const id of ids) {
      const held = this.held.get(heldAs(tenantId, id));
      if (held) found.set(id, held);
      else missing.push(id);
    }
    if (missing.length > 0) for (const [id, key] of await this.read(tenantId, missing)) found.set(id, key);
    return found;
  }

  /** Returns people's keys, indexed by their names in the log; an erased person has no key. Errors: `unavailable`. */
  async named(tenantId: string, names: readonly string[]): Promise<ReadonlyMap<string, KeyObject>> {
    if (names.length === 0) return new Map();
    const stored = await this.repository.findByNames(tenantId, [...new Set(names)]);
    return new Map(
      await Promise.all(stored.map(async (person) => [person.name, await this.open(tenantId, person)] as const)),
    );
  }

  async load(): Promise<void> {
    this.changes++;
    this.held.clear();
  }

  apply({ key: name }: Change): void {
    this.changes++;
    for (const [id, held] of this.held.entries()) if (held.name === name) this.held.delete(id);
  }

  private async read(tenantId: string, ids: readonly string[]): Promise<readonly (readonly [string, PersonKey])[]> {
    const { changes } = this;
    const stored = await this.repository.find(tenantId, ids);
    const known = new Set(stored.map(({ id }) => id));
    const missing = ids.filter((id) => !known.has(id));
    const made = missing.length === 0 ? [] : await this.make(tenantId, missing);
    return Promise.all(
      [...stored, ...made].map(async (person) => {
        const key = { name: person.name, key: await this.open(tenantId, person) };
        if (changes === this.changes) this.held.set(heldAs(tenantId, person.id), key);
        return [person.id, key] as const;
      }),
    );
  }

  private async make(tenantId: string, ids: readonly string[]): Promise<readonly SealedPerson[]> {
    const dataKey = await this.tenantKeys.current(tenantId);
    const persons = ids.map((id) => {
      const name = newId('psn');
      return { id, name, keyId: dataKey.id, sealed: dataKey.seal(randomBytes(KEY_BYTES), ownerOf(name)) };
    });
    return this.repository.insert(tenantId, persons);
  }

  private async open(tenantId: string, { name, keyId, sealed }: SealedPerson): Promise<KeyObject> {
    const dataKey = await this.tenantKeys.byId(tenantId, keyId);
    return createSecretKey(dataKey.open(sealed, ownerOf(name)));
  }
}

function heldAs(tenantId: string, id: string): string {
  return `${tenantId}/${id}`;
}

function ownerOf(name: string): string {
  return `audit/persons/${name}`;
}

import type { z } from 'zod';
import type { Fault } from '../document/fault';
import type { TenantApi } from '../tenant-api';

/** The members of an object that a configuration can set, with the names of the REST API. */
export type Members = Readonly<Record<string, unknown>>;

/** An object on the platform. */
export interface FoundObject {
  readonly key: string;
  /** Distinguishes the object from an earlier one with the same key: its generated ID or the time of its creation. */
  readonly id: string;
  readonly members: Members;
  /** The entity tag for changes; `null` if the API has none for this kind, or if only {@link Kind.refresh} knows it. */
  readonly tag: string | null;
  /** True for an object that the platform itself made: it is neither exported nor deleted. */
  readonly isBuiltIn?: boolean;
}

/** The result of a creation. */
export interface MadeObject {
  readonly id: string;
  /** The secrets that the platform made for the object and shows only now, by name. */
  readonly secrets: Members;
}

/** An object to which another object refers. */
export interface Reference {
  /** The path of the member that refers, below the object. */
  readonly path: readonly (string | number)[];
  readonly section: string;
  readonly key: string;
}

/** Stores a file. @param path below the folder of the exported configuration, with slashes. */
export type SaveFile = (path: string, content: Uint8Array) => void;

/** The difference between the loaded form of an object and its form in the file. */
export interface FileForm {
  /** Loads what the file refers to, such as a folder with a policy. Errors: `CommandFault`. */
  readonly load: (members: Members, folder: string) => Promise<Members>;
  /** Reads the content of an object and returns its form in the file. @param save stores a file next to the exported configuration. */
  readonly unload: (api: TenantApi, found: FoundObject, save: SaveFile) => Promise<Members>;
}

/** One kind of object in a tenant's part of a configuration, and how the REST API reads and changes it. */
export interface Kind {
  /** The member of the tenant that contains the objects, such as `apps`. */
  readonly section: string;
  /** The word for one object, such as "app". */
  readonly title: string;
  readonly surface: 'control-plane' | 'backend';
  /** Objects of a lower order are created first and deleted last. */
  readonly order: number;
  /** True if a tenant has exactly one such object, whose members are those of the section. Its key is the section's name. */
  readonly isSingle?: boolean;
  /** The members of a single object that was never set. An export leaves it out, and a deletion restores it. */
  readonly unset?: Members;
  /** The members of an object in the file, without its key. */
  readonly schema: z.ZodType<Members>;
  /** The scopes that an app needs. */
  readonly scopes: readonly string[];
  /** Members that cannot change after creation. */
  readonly fixed?: readonly string[];
  /** True if the platform makes a secret for an object with these members. */
  readonly makesSecret?: (members: Members) => boolean;
  readonly fileForm?: FileForm;
  /** False if an export cannot contain the objects, because the platform does not show what they consist of. */
  readonly isExported?: boolean;
  /** The members that decide whether an object is as the file says; omitted if all members of the file do. */
  readonly compared?: readonly string[];
  /** Examines what only a tool can examine, such as whether a policy compiles. @param base the folder of the file. */
  readonly check?: (members: Members, base: string) => Promise<readonly Omit<Fault, 'pointer'>[]>;
  readonly references?: (members: Members) => readonly Reference[];
  readonly read: (api: TenantApi) => Promise<readonly FoundObject[]>;
  /** Reads one object again, with its entity tag; `null` if it does not exist any more. */
  readonly refresh?: (api: TenantApi, found: FoundObject) => Promise<FoundObject | null>;
  /** @param attempt the same for each attempt to create the same object, so that a repetition returns the same secrets. */
  readonly create: (api: TenantApi, key: string, members: Members, attempt: string) => Promise<MadeObject>;
  /** @param members the members that the file sets; all others stay as they are. */
  readonly update: (api: TenantApi, found: FoundObject, members: Members) => Promise<void>;
  /** Deletes an object, or resets a single one. Omitted if the platform cannot. */
  readonly remove?: (api: TenantApi, found: FoundObject) => Promise<void>;
}

/** The version of a skill that a job runs, encoded as the job's image. */
export interface SkillReference {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
}

const REFERENCE = /^([A-Za-z][A-Za-z0-9_-]{0,63}):(\d{1,10})@sha256:([0-9a-f]{64})$/;

/** Formats a reference like a container image: `greet:3@sha256:…`. */
export function referenceText({ name, version, hash }: SkillReference): string {
  return `${name}:${version}@sha256:${hash}`;
}

/** Parses a reference; returns `null` for malformed text. */
export function parseReference(text: string): SkillReference | null {
  const [, name, version, hash] = REFERENCE.exec(text) ?? [];
  return name === undefined || hash === undefined ? null : { name, version: Number(version), hash };
}

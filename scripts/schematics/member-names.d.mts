import type { namesOf } from './names.mjs';

export function assertMemberNames(
  members: readonly { readonly name: string }[],
  names: ReturnType<typeof namesOf>,
): void;

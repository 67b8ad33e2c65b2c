import { z } from 'zod';

/** Control characters, and characters that change the direction of the following characters (Unicode Bidirectional Algorithm, §2). */
const MISLEADING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A display name of 1 to 200 characters. It cannot contain characters that change how the surrounding text reads. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((name) => !MISLEADING.test(name), 'must not contain control characters');

import { z } from 'zod';

/** Control characters, and those that turn the direction of what follows them (Unicode Bidirectional Algorithm, §2). */
const MISLEADING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A name that people are shown, 1 to 200 characters: nothing in it can make the text around it read otherwise. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((name) => !MISLEADING.test(name), 'has control characters');

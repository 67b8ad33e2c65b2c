const MIB = 1_048_576;

/**
 * Maximum costs of a stored password hash. Everyone who knows an address can make the platform compute its hash, so a hash that another
 * system made must not cost more memory or processor time than a sign-in can.
 */
export const HASH_LIMITS = {
  /** The base-2 logarithm of the rounds. 14 takes about a second. */
  bcryptCost: { least: 4, most: 14 },
  pbkdf2Iterations: 2_000_000,
  /** `128 * N * r`, RFC 7914 §2. */
  scryptBytes: 128 * MIB,
  scryptLanes: 8,
  scryptBlockSize: 64,
  argon2Kibibytes: 256 * 1_024,
  argon2Passes: 10,
  argon2Lanes: 16,
  /** Bytes of the derived key. PBKDF2 computes all iterations for each block of it. A shorter key would match wrong passwords by chance. */
  keyBytes: { least: 16, most: 64 },
  saltBytes: { least: 1, most: 64 },
  /** Bytes of an Argon2 salt. The library requires 8. */
  argon2SaltBytes: { least: 8, most: 64 },
  /** Characters of a hash, more than the longest one within the other limits has. */
  chars: 256,
} as const;

import table from './platform-table.json';

/**
 * A platform on which the product installs and runs its own PostgreSQL. The programs find their libraries relative to themselves
 * (`$ORIGIN/../lib` on Linux, `@loader_path/../lib` on macOS), so no platform needs LD_LIBRARY_PATH or DYLD_LIBRARY_PATH.
 */
export interface Platform {
  /** `process.platform`. */
  readonly os: string;
  /** `process.arch`. */
  readonly arch: string;
  /** Name for people, such as "macOS arm64". */
  readonly name: string;
  /** npm package with the PostgreSQL programs. */
  readonly databasePackage: string;
  /** npm package with the pinned Node; `null` if none exists, so that the caller's Node runs the product. */
  readonly nodePackage: string | null;
  /** True if all tests run on this platform. The others are supported by design, but untested. */
  readonly isTested: boolean;
  /** Maximum length of the path of a Unix socket: `sun_path` without the terminating byte (unix(7), macOS unix(4)). */
  readonly socketPathBytes: number;
  /** The `--sync-method` of initdb. `syncfs`, which only Linux has, syncs the whole cluster in one call. */
  readonly syncMethod: 'syncfs' | 'fsync';
}

/** All platforms. The table is JSON, because `npm start` also reads it, before anything is compiled (scripts/steps/platforms.mjs). */
export const PLATFORMS = table as readonly Platform[];

/** Returns the platform with this operating system and architecture, by default those of this machine; undefined for any other. */
export function findPlatform(os: string = process.platform, arch: string = process.arch): Platform | undefined {
  return PLATFORMS.find((platform) => platform.os === os && platform.arch === arch);
}

/** Returns the names of platforms for a message: "Linux x64, Linux arm64 or macOS arm64". */
export function platformNames(platforms: readonly Platform[] = PLATFORMS): string {
  return platforms
    .map(({ name }) => name)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
}

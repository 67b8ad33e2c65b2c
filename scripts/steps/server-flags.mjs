/**
 * The V8 flags for every serving process. 32 MiB of young space instead of 16 lets the objects of in-flight requests die
 * before promotion: a gRPC call costs a tenth less CPU, and its p99 drops by a third. Old space is collected after
 * it grows by three quarters, not to four times its size, which keeps a sidecar under load below 450 MB instead of 580 MB. Collecting old
 * space after it grows by half would make a call cost a third more.
 */
export const memoryFlags = ['--max-semi-space-size=32', '--heap-growing-percent=75'];

/**
 * Flags for loading packages: Node uses the path where it found each file and does not resolve its real path. The main program still starts
 * from its real path.
 */
const loadingFlags = ['--preserve-symlinks'];

/** The Node flags for the server. The Dockerfile contains the same flags. */
export const serverFlags = [...loadingFlags, ...memoryFlags];

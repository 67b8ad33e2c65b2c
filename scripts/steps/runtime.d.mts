import type { findPlatform } from './platforms.mjs';

export function assertAbleToInstall(version?: string, platform?: ReturnType<typeof findPlatform>): void;

export { DEMO_GAME, gameKeyName, seedGame, withGameDirectory } from './games.ts';
export { type Health, type ServiceHealth, type Snapshot, takeSnapshot } from './health.ts';
export { logFileOf } from './log-files.ts';
export { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
export { quietTelemetry } from './telemetry.ts';
export { DEFAULT_DATA_FOLDER, type PlatformState, readState } from './workspace.ts';

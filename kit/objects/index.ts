export { createDirectoryStore } from './directory.ts';
export type { ObjectBody, ObjectInfo, ObjectStore } from './store.ts';

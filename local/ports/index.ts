export {
  checkPorts,
  describeConflict,
  freePort,
  isPortFree,
  type PortConflict,
  type PortWish,
  refuseConflicts,
} from './check.ts';
export { type PortHolder, portHolder } from './holder.ts';

import { storeStatus } from '../databases.ts';
import type { Footprint, StoreEngine } from '../model/index.ts';
import { services } from '../services/index.ts';
import { stores } from '../stores.ts';

/** Nowhere as long as every service that uses the engine is planned; everywhere from then on. */
export const whereUsed = (engine: StoreEngine): Pick<Footprint, 'environments'> =>
  storeStatus({ services, stores }, engine) === 'built' ? {} : { environments: [] };

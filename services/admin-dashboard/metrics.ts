import { adminDashboard } from '#catalog/services/admin-dashboard.ts';

/** Its entry in the catalog says which metrics it exports. */
export const service = adminDashboard;
